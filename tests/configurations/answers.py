"""The answers of AWS and of the sources of credentials."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from tests.configurations.case import Answer
    from tests.configurations.request import Request

# Far in the future, so that recordings stay valid for years.
EXPIRES = "2099-01-01T00:00:00Z"
_EXPIRES_MS = 4_070_908_800_000


@dataclass(frozen=True)
class Response:
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes


def respond(request: Request, planned: Answer | None) -> Response:
    """Returns the answer to a request: the planned one, or a good one."""
    status, _, code = str(planned or 200).partition(" ")
    if int(status) != 200:
        return _refusal(request, int(status), code)
    return _good(request)


def _refusal(request: Request, status: int, code: str) -> Response:
    code = code or {403: "AccessDenied", 404: "NotFound", 503: "ServiceUnavailable"}.get(status, "InternalError")
    code, _, region = code.partition(" ")
    headers = {"Content-Type": "application/xml"}
    if region.startswith("header="):
        headers["x-amz-bucket-region"] = region.removeprefix("header=")
    if request.operation in {"GetObject", "HeadBucket"}:
        found = f"<Region>{region}</Region>" if region and "=" not in region else ""
        return Response(status, headers, f"<Error><Code>{code}</Code><Message>no</Message>{found}</Error>".encode())
    if request.operation.startswith("AssumeRole"):
        fault = f"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"
        return Response(status, headers, fault.encode())
    return _json({"__type": code, "message": "no", "error": code}, status, "application/x-amz-json-1.1")


def _good(request: Request) -> Response:
    operation = request.operation
    if operation == "GetParameter":
        parameter = {"Name": "/app/var", "Type": "String", "Value": "value", "Version": 1}
        return _json({"Parameter": parameter}, kind="application/x-amz-json-1.1")
    if operation == "GetSecretValue":
        secret = {"ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/login-a1b2c3", "Name": "prod/login"}
        return _json({**secret, "SecretString": "value"}, kind="application/x-amz-json-1.1")
    if operation.startswith("AssumeRole"):
        return _assumed(operation, parse_qs(request.body)["RoleArn"][0].rpartition("/")[2])
    if operation == "GetRoleCredentials":
        keys = {"accessKeyId": "ASIASSO", "secretAccessKey": "secret", "sessionToken": "sso", "expiration": _EXPIRES_MS}
        return _json({"roleCredentials": keys})
    if operation == "CreateToken":
        return _json({"accessToken": "renewed", "expiresIn": 28_800, "refreshToken": "next", "tokenType": "Bearer"})
    if operation == "MetadataToken":
        headers = {"x-aws-ec2-metadata-token-ttl-seconds": "21600", "Content-Type": "text/plain"}
        return Response(200, headers, b"metadata-token")
    if operation == "MetadataRole":
        if request.path.rstrip("/").endswith("security-credentials"):
            return Response(200, {"Content-Type": "text/plain"}, b"instance-role")
        return Response(404, {}, b"")
    if operation == "MetadataKeys":
        return _json(
            {"Code": "Success", "Type": "AWS-HMAC", "LastUpdated": "2026-01-01T00:00:00Z", **_keys("ASIAEC2", "ec2")}
        )
    if operation == "ContainerKeys":
        return _json(_keys("ASIAECS", "ecs"))
    return Response(200, {"ETag": '"5d41402abc4b2a76b9719d911017c592"', "Content-Type": "text/plain"}, b"hello")


def _keys(key: str, token: str) -> dict[str, str]:
    return {"AccessKeyId": key, "SecretAccessKey": "secret", "Token": token, "Expiration": EXPIRES}


def _assumed(operation: str, role: str) -> Response:
    body = f"""<{operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{operation}Result>
<Credentials><AccessKeyId>ASIA.{role}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
<SessionToken>sts</SessionToken><Expiration>{EXPIRES}</Expiration></Credentials>
<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/{role}/s</Arn><AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser>
</{operation}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{operation}Response>"""
    return Response(200, {"Content-Type": "text/xml"}, body.encode())


def _json(content: object, status: int = 200, kind: str = "application/json") -> Response:
    return Response(status, {"Content-Type": kind}, json.dumps(content).encode())
