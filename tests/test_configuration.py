"""Configuration: boto3's settings are found, and errors name missing ones."""

from __future__ import annotations

import hashlib
import json
import socket
import sys
import threading
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lambda_cache import exceptions, s3, secrets_manager, ssm

from tests import faults
from tests.fakes.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.account import Account
    from tests.fakes.aws import Aws
    from tests.fakes.fault_server import FaultServer


@pytest.fixture
def var(account: Account) -> str:
    """A parameter that is there; gives its value."""
    account.put_parameter("/app/var", "value")
    return "value"


# ===== Missing settings =====


def test_missing_region_is_named(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(exceptions.ConfigurationError, match="AWS_REGION"):
        ssm.get_entry("/app/var")
    assert proxy.count() == 0


def test_missing_credentials_are_named(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(exceptions.ConfigurationError, match="credentials") as caught:
        ssm.get_entry("/app/var")
    assert "AWS_ACCESS_KEY_ID" in str(caught.value)
    assert proxy.count() == 0


@pytest.mark.parametrize("endpoint", ["127.0.0.1:5000", "not a url", "ftp://host", "http://"])
def test_endpoint_that_is_not_a_url_is_named(proxy: Proxy, monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", endpoint)
    with pytest.raises(exceptions.ConfigurationError, match="AWS_ENDPOINT_URL") as caught:
        ssm.get_entry("/app/var")
    assert endpoint in str(caught.value)
    assert proxy.count() == 0


def test_failing_service_endpoint_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", "http://127.0.0.1:9")
    with pytest.raises(exceptions.UnavailableError, match=r"http://127\.0\.0\.1:9"):
        ssm.get_entry("/app/var")


def test_a_profile_that_is_not_there_is_named(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_PROFILE", "mistyped")
    with pytest.raises(exceptions.ConfigurationError, match="mistyped"):
        ssm.get_entry("/app/var")
    assert proxy.count() == 0


def test_profile_endpoint_has_the_bucket_in_the_path(
    account: Account, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.put_object("s3://bucket/key", b"content")
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    (tmp_path / "aws-config").write_text(
        f"[default]\nservices = local\n[services local]\ns3 =\n  endpoint_url = {proxy.url}\n"
    )
    assert Path(s3.get_entry("s3://bucket/key")).read_bytes() == b"content"


def test_moto_key_without_endpoint_error_names_testing(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "FOOBARKEY")
    for ask in (
        lambda: ssm.get_entry("/app/var"),
        lambda: secrets_manager.get_entry("/prod/secret"),
        lambda: s3.get_entry("s3://bucket/key"),
    ):
        with pytest.raises(exceptions.ConfigurationError, match=r"lambda_cache\.testing"):
            ask()


def test_moto_key_with_an_endpoint_is_accepted(var: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "FOOBARKEY")
    assert ssm.get_entry("/app/var") == var


def test_missing_settings_may_be_set_later(var: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.delenv("AWS_REGION")
        patch.delenv("AWS_DEFAULT_REGION")
        with pytest.raises(exceptions.ConfigurationError):
            ssm.get_entry("/app/var")
    assert ssm.get_entry("/app/var") == var


# ===== Region and endpoint =====


def test_the_region_may_stand_in_the_config_file(var: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    (tmp_path / "aws-config").write_text("[default]\nregion = eu-west-1\n")
    assert ssm.get_entry("/app/var") == var


def test_aws_default_region_is_enough(var: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION")
    assert ssm.get_entry("/app/var") == var


def test_service_endpoint_beats_the_general_one(
    account: Account, moto: Aws, proxy: Proxy, var: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.put_secret("/prod/secret", "value")
    account.put_object("s3://bucket/key", b"value")
    with Proxy(moto.url) as of_ssm, Proxy(moto.url) as of_secrets, Proxy(moto.url) as of_s3:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", of_ssm.url)
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", of_secrets.url)
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", of_s3.url)
        ssm.get_entry("/app/var")
        secrets_manager.get_entry("/prod/secret")
        s3.get_entry("s3://bucket/key")
        counts = of_ssm.count("GetParameter"), of_secrets.count("GetSecretValue"), of_s3.count("GetObject")
    assert counts == (1, 1, 1)
    assert proxy.count() == 0


def test_a_changed_environment_is_noticed_at_the_next_fetch(
    moto: Aws, proxy: Proxy, var: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssm.get_entry("/app/var")
    with Proxy(moto.url) as other:
        monkeypatch.setenv("AWS_ENDPOINT_URL", other.url)
        assert ssm.get_entry("/app/var", 0) == var
        assert (proxy.count(), other.count()) == (1, 1)


def test_a_bucket_in_another_region_is_followed(
    account: Account, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    account.put_object("s3://bucket/key", b"content")
    redirect = faults.s3_error("PermanentRedirect", status=301, **{"x-amz-bucket-region": "us-west-2"})
    proxy.fail_next.append(redirect)
    assert Path(s3.get_entry("s3://bucket/key")).read_bytes() == b"content"
    assert [call.status for call in proxy.calls] == [301, 200]


# ===== Credentials =====


@pytest.fixture
def without_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """No credentials in the environment."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")


@pytest.mark.usefixtures("without_keys")
def test_credentials_from_the_shared_credentials_file(var: str, tmp_path: Path) -> None:
    (tmp_path / "aws-credentials").write_text("[default]\naws_access_key_id = a\naws_secret_access_key = b\n")
    assert ssm.get_entry("/app/var") == var


@pytest.mark.usefixtures("without_keys")
def test_credentials_of_a_named_profile(var: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "aws-config").write_text("[profile mine]\naws_access_key_id = a\naws_secret_access_key = b\n")
    with pytest.raises(exceptions.ConfigurationError):
        ssm.get_entry("/app/var")
    monkeypatch.setenv("AWS_PROFILE", "mine")
    assert ssm.get_entry("/app/var") == var


@pytest.mark.usefixtures("without_keys")
def test_credentials_of_a_credential_process(var: str, tmp_path: Path) -> None:
    script = tmp_path / "credentials.py"
    answer = {"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "b"}
    script.write_text(f"print({json.dumps(answer)!r})")
    (tmp_path / "aws-config").write_text(f"[default]\ncredential_process = {sys.executable} {script}\n")
    assert ssm.get_entry("/app/var") == var


class Credentials(BaseHTTPRequestHandler):
    """A server of container and instance credentials; a SnapStart function uses the former."""

    def do_GET(self) -> None:
        """Gives credentials to who knows the token."""
        knows = "token" in (self.headers["Authorization"], self.headers["X-aws-ec2-metadata-token"])
        expiration = (datetime.now(timezone.utc) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        keys = {"AccessKeyId": "a", "SecretAccessKey": "b", "Token": "c", "Expiration": expiration, "Code": "Success"}
        self._answer(200 if knows else 401, "a-role" if self.path.endswith("/") else json.dumps(keys))

    def do_PUT(self) -> None:
        """Gives an instance its token."""
        self._answer(200, "token")

    def _answer(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-aws-ec2-metadata-token-ttl-seconds", "21600")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the standard library's name
        """Silent."""


@pytest.fixture
def credentials_server() -> Iterator[str]:
    """The URL of an endpoint for credentials."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Credentials) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.usefixtures("without_keys")
def test_credentials_of_a_container(var: str, credentials_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{credentials_server}/credentials")
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "token")
    assert ssm.get_entry("/app/var") == var


@pytest.mark.usefixtures("without_keys")
def test_a_container_is_asked_for_credentials_past_the_proxy(
    var: str, credentials_server: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Proxy("http://127.0.0.1:9") as forward:
        monkeypatch.setenv("HTTP_PROXY", forward.url)
        monkeypatch.setenv("NO_PROXY", "localhost")  # the endpoint, and not the container's server
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url.replace("127.0.0.1", "localhost"))
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{credentials_server}/credentials")
        monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "token")
        assert ssm.get_entry("/app/var") == var
        assert forward.connections == 0


@pytest.mark.usefixtures("without_keys")
def test_credentials_of_an_instance(var: str, credentials_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", credentials_server)
    assert ssm.get_entry("/app/var") == var


@pytest.mark.usefixtures("without_keys")
def test_credentials_of_a_web_identity(var: str, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text("token")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/a-role")
    assert ssm.get_entry("/app/var") == var
    assert proxy.count() == 2  # one of them asks STS for the credentials


@pytest.mark.usefixtures("without_keys")
def test_credentials_of_a_role_that_a_profile_assumes(var: str, proxy: Proxy, tmp_path: Path) -> None:
    (tmp_path / "aws-config").write_text(
        "[default]\nrole_arn = arn:aws:iam::123456789012:role/a-role\nsource_profile = keys\n"
        "[profile keys]\naws_access_key_id = a\naws_secret_access_key = b\n"
    )
    assert ssm.get_entry("/app/var") == var
    assert proxy.count() == 2  # one of them asks STS for the credentials


SSO_PROFILE = (
    "[default]\nsso_session = mine\nsso_account_id = 123456789012\nsso_role_name = a-role\n"
    "[sso-session mine]\nsso_region = eu-west-1\nsso_start_url = https://example.com/start\n"
)


@pytest.mark.usefixtures("without_keys")
def test_credentials_of_an_sso_session(var: str, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "aws-config").write_text(SSO_PROFILE)
    monkeypatch.setenv("HOME", str(tmp_path))
    tokens = tmp_path / ".aws" / "sso" / "cache"
    tokens.mkdir(parents=True)
    later = datetime.now(timezone.utc) + timedelta(hours=8)
    token = {"accessToken": "token", "expiresAt": later.strftime("%Y-%m-%dT%H:%M:%SZ")}
    name = hashlib.sha1(b"mine", usedforsecurity=False).hexdigest()  # as the AWS CLI names a session's token
    (tokens / f"{name}.json").write_text(json.dumps(token))
    keys = {
        "accessKeyId": "a",
        "secretAccessKey": "b",
        "sessionToken": "c",
        "expiration": int(later.timestamp()) * 1_000,
    }
    proxy.fail_next.append(faults.json_answer({"roleCredentials": keys}))
    assert ssm.get_entry("/app/var") == var
    assert proxy.count() == 2  # one of them asks SSO for the credentials


@pytest.mark.usefixtures("without_keys")
def test_sso_profile_without_session_error_names_the_login(
    proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "aws-config").write_text(SSO_PROFILE)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(exceptions.ConfigurationError, match=r"aws sso login.*aws configure export-credentials"):
        ssm.get_entry("/app/var")
    assert proxy.count() == 0


# ===== Retries =====


@pytest.mark.parametrize("attempts", [1, 2])
def test_aws_max_attempts_is_honoured(proxy: Proxy, monkeypatch: pytest.MonkeyPatch, attempts: int) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", str(attempts))
    proxy.fail_next.extend([faults.json_error("InternalServerError", status=500)] * 2)
    with pytest.raises(exceptions.UnavailableError):
        ssm.get_entry("/app/var")
    assert proxy.count() == attempts


# ===== Timeouts and limits =====


@pytest.mark.parametrize("what", ["CONNECT", "READ", "CALL"])
@pytest.mark.parametrize("given", ["0", "-1", "soon", "nan", "inf"])
def test_invalid_timeout_error_names_the_variable(
    account: Account, monkeypatch: pytest.MonkeyPatch, what: str, given: str
) -> None:
    variable = f"LAMBDA_CACHE_{what}_TIMEOUT_IN_SECONDS"
    monkeypatch.setenv(variable, given)
    with pytest.raises(exceptions.ConfigurationError, match=variable) as caught:
        ssm.get_entry("/app/var")
    assert given in str(caught.value)
    monkeypatch.setenv(variable, "2.5")
    account.put_parameter("/app/var", "value")
    assert ssm.get_entry("/app/var") == "value"


def test_invalid_byte_limit_error_names_the_variable(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    account.put_object("s3://bucket/key", b"content")
    monkeypatch.setenv("LAMBDA_CACHE_DIR_MAX_BYTES", "5 MB")
    with pytest.raises(exceptions.ConfigurationError, match=r"LAMBDA_CACHE_DIR_MAX_BYTES.*5 MB.*268435456"):
        s3.get_entry("s3://bucket/key")
    monkeypatch.setenv("LAMBDA_CACHE_DIR_MAX_BYTES", "6")
    with pytest.raises(exceptions.StorageError, match=r'"s3://bucket/key" is of 7 bytes.* 6 bytes'):
        s3.get_entry("s3://bucket/key")
    monkeypatch.setenv("LAMBDA_CACHE_DIR_MAX_BYTES", "7")
    with open(s3.get_entry("s3://bucket/key"), "rb") as file:  # noqa: PTH123 - as a handler does
        assert file.read() == b"content"


def test_a_longer_read_time_out_lets_a_body_stand_still(
    fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault_server.put_object("s3://bucket/key", b"x" * 200)
    for seconds, stands_still in (("0.3", True), ("3", False)):
        monkeypatch.setenv("LAMBDA_CACHE_READ_TIMEOUT_IN_SECONDS", seconds)
        fault_server.fault("s3://bucket/key", "slow-body", "always", bytes=100, milliseconds=600)
        if stands_still:
            with pytest.raises(exceptions.UnavailableError, match=r"stood still for 300ms"):
                s3.get_entry("s3://bucket/key", 0)
        else:
            assert Path(s3.get_entry("s3://bucket/key", 0)).stat().st_size == 200
        fault_server.clear_faults("s3://bucket/key")


def test_hanging_credentials_endpoint_is_named_in_the_error(
    fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.delenv(name)
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"http://127.0.0.1:{hanging.getsockname()[1]}/")
        monkeypatch.setenv("LAMBDA_CACHE_CALL_TIMEOUT_IN_SECONDS", "1")
        with pytest.raises(exceptions.UnavailableError, match="no credentials in time"):
            ssm.get_entry("/app/var")
