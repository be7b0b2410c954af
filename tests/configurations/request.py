"""A request as it arrived, and the line that a comparison needs of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

_SCOPE = re.compile(r"Credential=([^,]*)/\d{8}/([^/]*)/([^/]*)/aws4_request")
# Parameters of a call to STS that a configuration sets. A session's name is generated where none is set.
_OF_STS = (
    "RoleArn",
    "DurationSeconds",
    "ExternalId",
    "SerialNumber",
    "TokenCode",
    "WebIdentityToken",
    "RoleSessionName",
)
_GENERATED_NAME = re.compile(
    r"(botocore-session-|lambda-cache-|aws-sdk-\S*-|assume-role-from-profile|web-identity-token-)\d*.*"
)


@dataclass(frozen=True)
class Request:
    """An HTTP request, decoded as far as a comparison goes."""

    method: str
    origin: str
    """The scheme and the host that it is for, whatever the connection's other end."""
    target: str
    headers: dict[str, str]
    body: str
    is_proxied: bool

    @property
    def path(self) -> str:
        """The target without its query."""
        return urlsplit(self.target).path

    @property
    def operation(self) -> str:
        """The operation of AWS, or the sort of request to a source of credentials."""
        if self.method == "CONNECT":
            return "CONNECT"
        if "x-amz-target" in self.headers:
            return self.headers["x-amz-target"].rpartition(".")[2]
        if action := parse_qs(self.body).get("Action"):
            return action[0]
        if self.path == "/federation/credentials":
            return "GetRoleCredentials"
        if self.path == "/token":
            return "CreateToken"
        if self.path == "/latest/api/token":
            return "MetadataToken"
        if self.path.startswith("/latest/meta-data/"):
            name = self.path.partition("/security-credentials/")[2]
            return "MetadataKeys" if name else "MetadataRole"
        if "container" in self.path and "x-amz-date" not in self.headers:
            return "ContainerKeys"
        return {"HEAD": "HeadBucket"}.get(self.method, "GetObject")

    def line(self) -> str:
        """Returns the request in a line, without what differs from call to call."""
        words = [self.method, self.origin + self._shown_target(), *self._details()]
        if found := _SCOPE.search(self.headers.get("authorization", "")):
            key, region, service = found.groups()
            words.append(f"by {key} for {service} in {region}")
        elif "authorization" in self.headers:
            words.append(f"Authorization={self.headers['authorization']}")
        if token := self.headers.get("x-amz-security-token"):
            words.append(f"session {token}")
        if self.is_proxied:
            words.append("(proxy)")
        return " ".join(words)

    def _shown_target(self) -> str:
        path, _, query = self.target.partition("?")
        kept = [pair for pair in query.split("&") if pair and not pair.startswith("x-id=")]
        return "?".join([path, "&".join(sorted(kept))]) if kept else path

    def _details(self) -> list[str]:
        details: list[str] = []
        if self.operation.startswith("AssumeRole"):
            sent = parse_qs(self.body)
            for name in _OF_STS:
                for value in sent.get(name, []):
                    if name == "RoleSessionName" and _GENERATED_NAME.match(value):
                        continue
                    details.append(f"{name}={value}")
            details.insert(0, self.operation)
        elif self.operation == "CreateToken":
            sent = json.loads(self.body)
            details = [f"{name}={sent[name]}" for name in ("clientId", "refreshToken") if name in sent]
        elif self.operation == "GetRoleCredentials":
            details = [f"token={self.headers.get('x-amz-sso_bearer_token')}"]
        elif self.operation in {"MetadataRole", "MetadataKeys"}:
            details = ["v2" if "x-aws-ec2-metadata-token" in self.headers else "v1"]
        elif self.operation == "GetObject":
            for name in ("x-amz-checksum-mode", "x-amz-request-payer", "x-amz-expected-bucket-owner"):
                if name in self.headers:
                    details.append(f"{name}={self.headers[name]}")
        elif self.operation == "CONNECT":
            details = [
                f"Proxy-Authorization={value}" for name, value in self.headers.items() if name == "proxy-authorization"
            ]
        return details
