"""Answers of AWS that moto does not give: the proxy sends them in moto's place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fakes.proxy import Fault

REQUEST_ID = "0a1b2c3d-0000-0000-0000-000000000000"


def json_answer(document: object, status: int = 200) -> Fault:
    """An answer of SSM or Secrets Manager."""
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": REQUEST_ID}
    return status, json.dumps(document).encode(), headers


def json_error(code: str, message: str = "what AWS says", status: int = 400) -> Fault:
    """An error of SSM or Secrets Manager."""
    return json_answer({"__type": code, "Message": message}, status)


def s3_error(code: str, message: str = "what AWS says", status: int = 400, **headers: str) -> Fault:
    """An error of S3."""
    body = f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>{REQUEST_ID}</RequestId></Error>"
    return status, body.encode(), {"Content-Type": "application/xml", "x-amz-request-id": REQUEST_ID, **headers}


def parameter(name: str, value: str) -> Fault:
    """Returns GetParameter's answer for a String."""
    return json_answer({"Parameter": {"Name": name, "Type": "String", "Value": value, "Version": 1}})


def secret(name: str, value: str) -> Fault:
    """Returns GetSecretValue's answer for a string."""
    return json_answer({"Name": name, "SecretString": value, "VersionId": "1", "VersionStages": ["AWSCURRENT"]})
