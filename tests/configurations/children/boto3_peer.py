"""Makes calls with boto3, each in a separate child."""

import importlib
from typing import Any

from botocore import exceptions

from tests.configurations.children.serving import serve

boto3: Any = importlib.import_module("boto3")


def call(service: str, *name: str) -> object:
    """Fetches one value."""
    if service == "s3":
        return boto3.client("s3").get_object(Bucket=name[0], Key=name[1])["Body"].read().decode()
    if service == "secret":
        return boto3.client("secretsmanager").get_secret_value(SecretId=name[0])["SecretString"]
    return boto3.client("ssm").get_parameter(Name=name[0], WithDecryption=True)["Parameter"]["Value"]


def kind_of(error: BaseException) -> str:
    """Returns the kind of an error, in the words that both programs use."""
    if isinstance(error, exceptions.ClientError):
        return "an error of AWS"
    return (
        "no connection"
        if isinstance(error, exceptions.HTTPClientError | exceptions.ConnectionError)
        else "a configuration error"
    )


serve(call, kind_of)
