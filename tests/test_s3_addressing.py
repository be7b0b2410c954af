"""S3's requests beside boto3's: host, path, Region and signature, as they are on the wire."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import pytest
from lambda_cache import exceptions, s3

from tests.fakes.recorder import CONTENT, Recorder, Request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
ACCESS_POINT = "arn:aws:s3:us-west-2:123456789012:accesspoint"
OUTPOST = "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01ac5d28a6a232904/accesspoint/my-ap"
DIRECTORY = "fast--euw1-az1--x-s3"
SESSION = b"""<CreateSessionResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Credentials>
<SessionToken>token</SessionToken><SecretAccessKey>session-secret</SecretAccessKey><AccessKeyId>SESSIONKEY</AccessKeyId>
<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></CreateSessionResult>"""


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorder]:
    with Recorder(tmp_path_factory.mktemp("certificates")) as recorder:
        yield recorder


@pytest.fixture
def recorder(listening: Recorder, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Every host of AWS; nothing is configured but a Region and keys."""
    listening.requests.clear()
    listening.answer = lambda _: CONTENT
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(listening.bundle))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, listening.url)
    return listening


def target(request: Request) -> tuple[str, str, str, str, str]:
    """The address of a request, and the scope of its signature."""
    url = urlsplit(request.url)
    return url.scheme, url.netloc, url.path, request.region, request.service


def sent_by_boto3(recorder: Recorder, bucket: str, key: str) -> list[tuple[str, str, str, str, str]]:
    recorder.requests.clear()
    session: Any = boto3.Session()
    session.client("s3").get_object(Bucket=bucket, Key=key)
    return [target(request) for request in recorder.requests]


def sent_by_us(recorder: Recorder, bucket: str, key: str) -> list[tuple[str, str, str, str, str]]:
    recorder.requests.clear()
    s3.get_entry(f"s3://{bucket}/{key}", 0)
    assert all(request.is_signed_with(KEY, SECRET) for request in recorder.requests)
    return [target(request) for request in recorder.requests]


def compare(recorder: Recorder, bucket: str, key: str) -> None:
    """Sends the same, or refuses where boto3 refuses."""
    expected = None
    with suppress(Exception):  # whatever botocore raises
        expected = sent_by_boto3(recorder, bucket, key)
    if expected is not None:
        assert sent_by_us(recorder, bucket, key) == expected
        return
    recorder.requests.clear()
    with pytest.raises(exceptions.ConfigurationError):
        s3.get_entry(f"s3://{bucket}/{key}")
    assert not recorder.requests


@pytest.mark.parametrize(
    "bucket", ["bucket", "www.with.dots", "UPPER_case", f"{ACCESS_POINT}/my-ap", f"{ACCESS_POINT}:my-ap", OUTPOST]
)
@pytest.mark.parametrize(
    "config",
    [
        "",
        "s3 =\n  addressing_style = path\n",
        "s3 =\n  addressing_style = virtual\n",
        "s3 =\n  addressing_style = auto\n  payload_signing_enabled = true\n",
        "s3 =\n  use_accelerate_endpoint = true\n",
        "s3 =\n  use_dualstack_endpoint = true\n",
        "s3_use_arn_region = false\n",
        "endpoint_url = http://store.test:9000\n",
        "endpoint_url = http://store.test/storage/v1/s3\n",
        "endpoint_url = http://store.test/storage/v1/s3/\ns3 =\n  addressing_style = virtual\n",
        "region = us-east-1\ns3 =\n  us_east_1_regional_endpoint = legacy\n",
        "region = us-east-1\ns3_us_east_1_regional_endpoint = regional\n",
    ],
)
def test_requests_go_where_boto3_sends_them(
    recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: str, bucket: str
) -> None:
    if "region = us-east-1" in config:
        monkeypatch.delenv("AWS_REGION")
        monkeypatch.delenv("AWS_DEFAULT_REGION")
    (tmp_path / "aws-config").write_text(f"[default]\n{config}")
    compare(recorder, bucket, "path/to/a key+%.json")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_S3_USE_ARN_REGION", "false"),
        ("AWS_S3_USE_ARN_REGION", "true"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "true"),
        ("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "legacy"),
    ],
)
@pytest.mark.parametrize("bucket", ["bucket", f"{ACCESS_POINT}/my-ap"])
def test_variables_are_read_as_boto3_reads_them(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch, name: str, value: str, bucket: str
) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "regional")
    monkeypatch.setenv(name, value)
    compare(recorder, bucket, "key")


def test_a_directory_bucket_is_read_in_a_session(recorder: Recorder) -> None:
    content = recorder.answer
    recorder.answer = lambda request: (200, {}, SESSION) if "session" in request.url else content(request)
    expected = sent_by_boto3(recorder, DIRECTORY, "key")
    recorder.requests.clear()
    s3.get_entry(f"s3://{DIRECTORY}/key", 0)
    assert [target(request) for request in recorder.requests] == expected
    session, read = recorder.requests
    assert session.is_signed_with(KEY, SECRET)
    assert read.is_signed_with("SESSIONKEY", "session-secret")
    assert read.headers["x-amz-s3session-token"] == "token"


def test_a_refused_session_names_its_permission(recorder: Recorder) -> None:
    refusal = b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
    recorder.answer = lambda _: (403, {}, refusal)
    with pytest.raises(exceptions.AccessDeniedError, match="s3express:CreateSession"):
        s3.get_entry(f"s3://{DIRECTORY}/key")


def test_a_multi_region_access_point_is_refused_by_name(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    uri = "s3://arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap/key"
    with pytest.raises(exceptions.ConfigurationError, match="SigV4A"):
        s3.get_entry(uri)
    monkeypatch.setenv("AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS", "true")
    with pytest.raises(exceptions.ConfigurationError, match="AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS"):
        s3.get_entry(uri)
    assert not recorder.requests


# ===== A bucket in another Region =====

MALFORMED = (
    400,
    b"<Error><Code>AuthorizationHeaderMalformed</Code><Message>wrong</Message><Region>us-west-2</Region></Error>",
)
NOT_HERE = (400, b"<Error><Code>IllegalLocationConstraintException</Code><Message>not here</Message></Error>")
MOVED = (301, b"<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>")


@pytest.mark.parametrize("endpoint", ["", "http://store.test:9000"])
@pytest.mark.parametrize("refusal", [MALFORMED, NOT_HERE, MOVED], ids=["body", "HeadBucket 400", "HeadBucket 301"])
def test_bucket_in_another_region_is_found_like_in_boto3(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch, refusal: tuple[int, bytes], endpoint: str
) -> None:
    content = recorder.answer

    def answer(request: Request) -> tuple[int, dict[str, str], bytes]:
        if request.method == "HEAD":
            return 400, {"x-amz-bucket-region": "us-west-2"}, b""
        return content(request) if request.region == "us-west-2" else (refusal[0], {}, refusal[1])  # type: ignore[return-value]

    recorder.answer = answer
    if endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", endpoint)
    sent_by_boto3(recorder, "bucket", "key")
    expected = [target(request) for request in recorder.requests if request.method == "GET"]
    sent_by_us(recorder, "bucket", "key")
    assert [target(request) for request in recorder.requests if request.method == "GET"] == expected
    assert len(recorder.requests) == 2 + (refusal is not MALFORMED)
    sent_by_us(recorder, "bucket", "other")
    assert [request.region for request in recorder.requests] == ["us-west-2"]  # known from now on


def test_repeated_redirect_is_followed_only_once(recorder: Recorder) -> None:
    recorder.answer = lambda _: (MALFORMED[0], {}, MALFORMED[1])
    with pytest.raises(exceptions.FetchError, match="AuthorizationHeaderMalformed"):
        s3.get_entry("s3://bucket/key")
    assert [request.region for request in recorder.requests] == ["eu-west-1", "us-west-2"]
