"""The intended differences from boto3, each with its reason."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).with_name("departures.json")


@dataclass(frozen=True)
class Departure:
    """Cases that come out otherwise than under boto3 on purpose, for the same reason."""

    title: str
    why: str
    cases: tuple[str, ...]


DEPARTURES: list[Departure] = [
    Departure(
        "Empty settings",
        ("An empty setting counts as unset. boto3 rejects some of them."),
        (
            "variables/AWS_PROFILE is empty",
            "variables/AWS_DEFAULT_PROFILE is empty",
            "variables/AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE is empty",
            "variables/AWS_METADATA_SERVICE_TIMEOUT is empty",
            "variables/AWS_METADATA_SERVICE_NUM_ATTEMPTS is empty",
            "variables/AWS_RETRY_MODE is empty",
            "variables/AWS_MAX_ATTEMPTS is empty",
            "variables/AWS_S3_DISABLE_EXPRESS_SESSION_AUTH is empty",
            "variables/AWS_S3_US_EAST_1_REGIONAL_ENDPOINT is empty",
            "variables/AWS_RESPONSE_CHECKSUM_VALIDATION is empty",
            "variables/AWS_REQUEST_CHECKSUM_CALCULATION is empty",
            "variables/AWS_DEFAULTS_MODE is empty",
            "variables/AWS_ACCOUNT_ID_ENDPOINT_MODE is empty",
            "variables/AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES is empty",
            "variables/AWS_REQUEST_CHECKSUM_CALCULATION is empty, for S3",
            "variables/AWS_CA_BUNDLE is empty",
            "variables/AWS_DEFAULT_REGION is empty beside a profile's Region",
            "roles/external_id =",
            "containers/authorization token is empty",
            "containers/authorization token's file is empty in the environment",
            "retries/AWS_MAX_ATTEMPTS=",
            "retries/max_attempts = ",
            "retries/AWS_RETRY_MODE=",
            "retries/retry_mode = ",
            "certificates/AWS_CA_BUNDLE is empty, REQUESTS_CA_BUNDLE is right",
            "certificates/ca_bundle is empty",
            "s3/addressing_style = ",
            "s3/AWS_RESPONSE_CHECKSUM_VALIDATION=",
            "s3/response_checksum_validation = ",
        ),
    ),
    Departure(
        "AWS_REGION",
        ("Lambda sets it, and the AWS CLI and other SDKs read it, so it is read last. boto3 does not read it."),
        (
            "regions/AWS_REGION alone",
            "regions/AWS_REGION with a profile that has none",
        ),
    ),
    Departure(
        "Blanks and line ends",
        ("Blanks around a key, a token or a URL are removed. boto3 sends them, or fails in the HTTP library."),
        (
            "variables/AWS_ACCESS_KEY_ID ends in a line feed",
            "variables/AWS_ACCESS_KEY_ID ends in a carriage return",
            "variables/AWS_ACCESS_KEY_ID has blanks around it",
            "variables/AWS_SESSION_TOKEN ends in a line feed",
            "variables/AWS_EC2_METADATA_SERVICE_ENDPOINT is blank",
            "containers/authorization token with a line feed at its end",
            "containers/authorization token from a file with a line feed",
        ),
    ),
    Departure(
        "Credentials of old",
        ("Files of boto2 and of the EC2 tools are not read."),
        (
            "credentials/AWS_CREDENTIAL_FILE of old",
            "credentials/boto2's ~/.boto",
            "credentials/BOTO_CONFIG",
        ),
    ),
    Departure(
        "Hosts of S3 in us-east-1",
        ("Both names are the same service; the regional one is used."),
        ("regions/S3 in us-east-1",),
    ),
    Departure(
        "Regions",
        ("A Region keeps its case in the host name, where DNS ignores it."),
        ("regions/AWS_DEFAULT_REGION is 'EU-WEST-1'",),
    ),
    Departure(
        "Errors of certificates",
        ("An unusable bundle is a configuration error before any connection is made."),
        (
            "certificates/both, REQUESTS_CA_BUNDLE is right",
            "certificates/AWS_CA_BUNDLE is not there",
            "certificates/AWS_CA_BUNDLE is not a certificate",
            "certificates/AWS_CA_BUNDLE is an empty file",
            "certificates/AWS_CA_BUNDLE is a folder without certificates",
        ),
    ),
    Departure(
        "Numbers",
        ("A number has ASCII digits, and a number of attempts is not endless."),
        (
            "roles/duration_seconds = soon",
            "retries/AWS_MAX_ATTEMPTS=1_0",
            "retries/AWS_MAX_ATTEMPTS=99999999999",
            "retries/AWS_MAX_ATTEMPTS=٣",
        ),
    ),
    Departure(
        "Lenient readings",
        ("What boto3 refuses and what can only mean one thing is read."),
        (
            "profiles/a byte order mark",
            "processes/an expiration without a zone",
            "endpoints/services: secrets-manager",
            "retries/AWS_DEFAULTS_MODE=nonsense",
            "s3/addressing_style on a line of its own, not indented",
            "endpoints/AWS_ENDPOINT_URL is http://under_score:1",
        ),
    ),
    Departure(
        "Incomplete keys",
        ("A key without a secret is an error that names it. boto3 signs with an empty secret."),
        ("profiles/secret is empty",),
    ),
    Departure(
        "Validation by STS",
        ("boto3 validates some parameters of STS before it asks. STS does, so here they are sent."),
        ("roles/role_arn is not an ARN",),
    ),
    Departure(
        "Expired keys of a process",
        ("They are sent once, and AWS decides. boto3 rejects them by the machine's clock."),
        ("processes/an expiration that is over",),
    ),
    Departure(
        "Sources of credentials that fail",
        (
            "A source that cannot be reached is an `UnavailableError`, so that a stale value can be served. boto3"
            " has one error for all failures."
        ),
        (
            "containers/fails always",
            "containers/nobody listens",
        ),
    ),
    Departure(
        "A missing Region", ("The error is raised before any credentials are fetched."), ("metadata/gives no Region",)
    ),
    Departure(
        "Endpoints with a path",
        ("The path ends in a slash. Servers take both."),
        (
            "web-identity/AWS_ENDPOINT_URL_STS with a path",
            "endpoints/AWS_ENDPOINT_URL with a path, SSM",
            "endpoints/AWS_ENDPOINT_URL with a path, Secrets Manager",
        ),
    ),
    Departure(
        "Errors of endpoints",
        ("A URL that nothing can be asked at is a configuration error."),
        (
            "endpoints/AWS_ENDPOINT_URL is ftp://127.0.0.1",
            "containers/full URI of another scheme",
        ),
    ),
    Departure(
        "A bucket's Region",
        ("It is read from every place where S3 names it. A redirect to the same Region is an error at once."),
        (
            "s3/the Region in a header (400)",
            "s3/the Region from HeadBucket (301)",
            "s3/a Region that is the same",
        ),
    ),
    Departure(
        "Proxies that cannot be used",
        ("An unusable address is a configuration error before any connection is made. In boto3 the connection fails."),
        (
            "proxies/HTTP_PROXY of SOCKS",
            "proxies/is nonsense",
            "proxies/has a port that is not a number",
            "proxies/is unreadable, to AWS",
            "proxies/a user: user:p#ss",
            "proxies/a user: user:p/ss",
        ),
    ),
    Departure(
        "Letters of a host",
        ("A host is sent as written. boto3 sends it in lower case. Servers accept both."),
        ("proxies/NO_PROXY=localhost for LOCALHOST",),
    ),
]


def by_case() -> dict[str, tuple[str, ...]]:
    """Returns how lambda_cache comes out in every departure, by case, as it was recorded when it was meant."""
    recorded = json.loads(_FILE.read_text())
    return {name: tuple(recorded[name]) for departure in DEPARTURES for name in departure.cases}


def accept(outcomes: dict[str, tuple[str, ...]]) -> None:
    """Records how lambda_cache comes out in every departure."""
    cases = {name: outcomes[name] for departure in DEPARTURES for name in departure.cases}
    _FILE.write_text(json.dumps(cases, indent=0, ensure_ascii=False) + "\n")
