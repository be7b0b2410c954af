"""Credentials of a container: ECS, EKS Pod Identity, SnapStart."""

from tests.configurations.case import REGION, TO_AWS, Case, Kind

_FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
_TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
_URI: dict[str, str | None] = {_FULL: "{http}/container/keys"}

KIND = Kind(
    "containers",
    "Containers",
    [
        Case("full URI", _URI),
        Case("full URI with a query", {_FULL: "{http}/container/keys?id=1"}),
        Case("full URI without a path", {_FULL: "{http}"}),
        Case("full URI on localhost", {_FULL: "http://localhost:{http_port}/container/keys"}),
        Case("full URI of another host, plain", {_FULL: "http://example.com/container/keys"}),
        Case("full URI of a private address, plain", {_FULL: "http://10.255.255.1/container/keys"}),
        Case("full URI is not a URL", {_FULL: "nonsense"}),
        Case("full URI without a host", {_FULL: "http:///container/keys"}),
        Case("full URI of another scheme", {_FULL: "ftp://127.0.0.1/container"}),
        Case("authorization token", {**_URI, _TOKEN: "Basic abc"}),
        Case("authorization token is empty", {**_URI, _TOKEN: ""}),
        Case("authorization token with a line feed at its end", {**_URI, _TOKEN: "abc\n"}),
        Case("authorization token with a line feed in it", {**_URI, _TOKEN: "a\nb"}),
        Case("authorization token from a file", {**_URI, _FILE: "{home}/token"}, files={"token": "from-file"}),
        Case(
            "authorization token from a file with a line feed",
            {**_URI, _FILE: "{home}/token"},
            files={"token": "from-file\n"},
        ),
        Case(
            "authorization token from both",
            {**_URI, _TOKEN: "variable", _FILE: "{home}/token"},
            files={"token": "from-file"},
        ),
        Case("authorization token's file is not there", {**_URI, _FILE: "{home}/none"}),
        Case("authorization token's file is empty in the environment", {**_URI, _FILE: "", _TOKEN: "variable"}),
        Case("HTTP_PROXY is not asked", {**_URI, "HTTP_PROXY": "{proxy}"}),
        Case("fails once", _URI, answers={"ContainerKeys": [500]}),
        Case("fails always", _URI, answers={"ContainerKeys": [500] * 9}),
        Case("refuses", _URI, answers={"ContainerKeys": [403] * 9}),
        Case("nobody listens", {_FULL: "http://127.0.0.1:9/container/keys"}),
        Case("in a named profile", {**_URI, "AWS_PROFILE": "mine"}, "[profile mine]\nregion = us-west-2\n"),
    ],
    {**REGION, **TO_AWS},
)
