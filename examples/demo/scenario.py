"""The values in AWS, their changes, and the expected result of each invocation."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.fakes.aws import REGION, Aws

Action = Callable[[Aws], None]


@dataclass(frozen=True)
class Step:
    """One invocation: its preparation, the event, the expected values and the expected requests to AWS."""

    title: str
    sees: object
    calls: str
    event: object = None
    before: Action | None = None


@dataclass(frozen=True)
class Section:
    """The invocations of one function, in order."""

    handler: str
    steps: tuple[Step, ...]


def fill(aws: Aws) -> None:
    """Put everything into AWS that the handlers ask for."""
    parameters = aws.client("ssm")
    for name, kind, value in (
        ("greeting", "String", "hello"),
        ("sizes", "StringList", "S,M"),
        ("api_key", "SecureString", "k-1"),
        ("discount", "String", "5 %"),
        ("banner", "String", "summer"),
    ):
        parameters.put_parameter(Name=f"/shop/production/{name}", Type=kind, Value=value)
    secrets = aws.client("secretsmanager")
    secrets.create_secret(Name="/shop/production/database", SecretString="postgres://shop:pw@db/shop")
    secrets.create_secret(Name="/shop/production/login", SecretString='{"user": "shop", "password": "pw"}')
    secrets.create_secret(Name="/shop/production/signing_key", SecretBinary=b"\x00\xff\x10key")
    aws.client("s3").create_bucket(Bucket="shop-files", CreateBucketConfiguration={"LocationConstraint": REGION})
    prices({"tea": 3})(aws)


def parameter(name: str, value: str) -> Action:
    """Change a parameter."""
    return lambda aws: aws.client("ssm").put_parameter(Name=f"/shop/production/{name}", Value=value, Overwrite=True)


def prices(content: object) -> Action:
    """Put another file in place of the one in S3."""
    body = json.dumps(content).encode()
    return lambda aws: aws.client("s3").put_object(Bucket="shop-files", Key="models/prices.json", Body=body)


def until_older(aws: Aws) -> None:
    """Wait until what the short-lived handlers fetched is older than the 5 s that they accept."""
    time.sleep(5.1)


def cached(handler: str, sees: object, calls: str) -> Section:
    """A function that fetches once and then answers from its cache."""
    return Section(handler, (Step("first", sees, calls), Step("again", sees, "none")))
