"""Credentials of an EC2 instance."""

from tests.configurations.case import REGION, TO_AWS, Case, Kind

_URL = "AWS_EC2_METADATA_SERVICE_ENDPOINT"

KIND = Kind(
    "metadata",
    "Instance metadata",
    [
        Case("version 2"),
        Case("endpoint with a slash at its end", {_URL: "{http}/"}),
        Case("endpoint with a path", {_URL: "{http}/imds"}),
        Case("endpoint in the profile", {_URL: None}, "[default]\nec2_metadata_service_endpoint = {http}\n"),
        Case("endpoint in both", {}, "[default]\nec2_metadata_service_endpoint = http://127.0.0.1:9\n"),
        Case("endpoint without a scheme", {_URL: "127.0.0.1:{http_port}"}),
        Case("endpoint is nonsense", {_URL: "nonsense"}),
        Case("no token: 403", answers={"MetadataToken": [403] * 9}),
        Case("no token: 404", answers={"MetadataToken": [404] * 9}),
        Case("no token: 405", answers={"MetadataToken": [405] * 9}),
        Case("no token: 400", answers={"MetadataToken": [400] * 9}),
        Case("no token: 500", answers={"MetadataToken": [500] * 9}),
        Case(
            "no token: 404, version 1 is off",
            {"AWS_EC2_METADATA_V1_DISABLED": "true"},
            answers={"MetadataToken": [404] * 9},
        ),
        Case(
            "no token: 404, version 1 is off in the profile",
            {},
            "[default]\nec2_metadata_v1_disabled = true\n",
            answers={"MetadataToken": [404] * 9},
        ),
        Case("AWS_EC2_METADATA_DISABLED=true", {"AWS_EC2_METADATA_DISABLED": "true"}),
        Case("AWS_EC2_METADATA_DISABLED=TRUE", {"AWS_EC2_METADATA_DISABLED": "TRUE"}),
        Case("AWS_EC2_METADATA_DISABLED=1", {"AWS_EC2_METADATA_DISABLED": "1"}),
        Case("AWS_EC2_METADATA_DISABLED=false", {"AWS_EC2_METADATA_DISABLED": "false"}),
        Case("AWS_EC2_METADATA_DISABLED=nonsense", {"AWS_EC2_METADATA_DISABLED": "nonsense"}),
        Case("no role", answers={"MetadataRole": [404] * 9}),
        Case("role fails once", answers={"MetadataRole": [500]}),
        Case(
            "role fails once, two attempts", {"AWS_METADATA_SERVICE_NUM_ATTEMPTS": "2"}, answers={"MetadataRole": [500]}
        ),
        Case("keys fail once", answers={"MetadataKeys": [500]}),
        Case(
            "keys fail once, two attempts", {"AWS_METADATA_SERVICE_NUM_ATTEMPTS": "2"}, answers={"MetadataKeys": [500]}
        ),
        Case("token is refused once", answers={"MetadataRole": [401]}),
        Case("AWS_METADATA_SERVICE_TIMEOUT=2", {"AWS_METADATA_SERVICE_TIMEOUT": "2"}),
        Case("AWS_METADATA_SERVICE_TIMEOUT=soon", {"AWS_METADATA_SERVICE_TIMEOUT": "soon"}),
        Case("AWS_METADATA_SERVICE_NUM_ATTEMPTS=many", {"AWS_METADATA_SERVICE_NUM_ATTEMPTS": "many"}),
        Case("nobody listens", {_URL: "http://127.0.0.1:9"}),
        Case("HTTP_PROXY is not asked", {"HTTP_PROXY": "{proxy}"}),
        Case("gives no Region", {"AWS_DEFAULT_REGION": None}),
    ],
    {**REGION, **TO_AWS, "AWS_EC2_METADATA_DISABLED": "false", _URL: "{http}"},
)
