"""AWS's settings are read as boto3 reads them, each input in a separate process."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEYS = "aws_access_key_id = {0}\naws_secret_access_key = secret\n"
ROLE = "role_arn = arn:aws:iam::123456789012:role/a-role\n"
LATER = "2035-01-01T00:00:00Z"
LATER_MS = 2_051_222_400_000
PROCESS_KEYS = '{"Version": 1, "AccessKeyId": "KEY", "SecretAccessKey": "b"}'
SESSION_IS_OVER = '{"__type": "UnauthorizedException", "message": "Session token not found or invalid"}'

CHILD = """
import sys
from lambda_cache import s3, ssm
try:
    value = s3.get_entry("s3://bucket/key", 0) if sys.argv[1] == "s3" else ssm.get_entry("/app/var", 0)
    print("value", value)
except Exception as error:
    print(type(error).__name__, error)
"""


class Server(ThreadingHTTPServer):
    """A server of SSM, S3, STS, and instance and container credentials, which records requests."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.calls: list[tuple[str, str]] = []
        self.forms: list[dict[str, list[str]]] = []
        self.token_status = 200
        self.good_keys: set[str] | None = None
        self.bad_sessions: set[str] = set()
        self.instance_key: Path | None = None


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_PUT(self) -> None:
        """Gives an instance's token, or says that there is none."""
        self._answer(self.server.token_status, "token")

    def do_GET(self) -> None:
        """An object, or the credentials of an SSO session or an instance."""
        if self.path.startswith("/federation"):
            token = self.headers["x-amz-sso_bearer_token"]
            keys: dict[str, object] = {"accessKeyId": token, "secretAccessKey": "b", "sessionToken": "c"}
            answer = json.dumps({"roleCredentials": {**keys, "expiration": LATER_MS}})
            is_over = token in self.server.bad_sessions
            self._answer(401 if is_over else 200, SESSION_IS_OVER if is_over else answer)
        elif not self.path.startswith("/latest"):
            self._note()
            self._answer(200, "content")
        elif self.path.endswith("/"):
            self._answer(200, "a-role")
        else:
            key = self.server.instance_key.read_text() if self.server.instance_key else "INSTANCE"
            given = {"AccessKeyId": key, "SecretAccessKey": "b", "Token": "c", "Expiration": LATER}
            self._answer(200, json.dumps(given))

    def do_POST(self) -> None:
        """A parameter, or the credentials of a role."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        key = self._note()
        if "X-Amz-Target" not in self.headers:
            form = parse_qs(body)
            self.server.forms.append(form)
            self._answer(200, _role(form["Action"][0], form.get("WebIdentityToken", ["ROLE"])[0]))
        elif self.server.good_keys is not None and key not in self.server.good_keys:
            self._answer(400, '{"__type": "ExpiredTokenException", "message": "expired"}')
        else:
            self._answer(200, '{"Parameter": {"Name": "/app/var", "Type": "String", "Value": "v"}}')

    def _note(self) -> str:
        scope = self.headers.get("Authorization", "").partition("Credential=")[2].split("/")
        self.server.calls.append((scope[0], scope[2] if len(scope) > 2 else ""))
        return scope[0]

    def _answer(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"etag"')
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the standard library's name
        """Silent."""


def _role(action: str, key: str) -> str:
    keys = f"<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>b</SecretAccessKey><SessionToken>c</SessionToken>"
    user = (
        "<AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/a/b</Arn><AssumedRoleId>a</AssumedRoleId></AssumedRoleUser>"
    )
    result = f"<Credentials>{keys}<Expiration>{LATER}</Expiration></Credentials>{user}"
    return f"<{action}Response><{action}Result>{result}</{action}Result></{action}Response>"


class Child:
    """A process whose AWS environment is what a test says, and nothing else."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder = folder
        self.server = server
        self.environment = {
            "AWS_CONFIG_FILE": str(folder / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
            "AWS_ENDPOINT_URL": server.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "ENVIRONMENT",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "LAMBDA_CACHE_DIR": str(folder),
        }

    def write(self, config: str = "", credentials: str = "") -> None:
        """Writes the profile files, and takes the keys out of the environment."""
        (self.folder / "config").write_text(config)
        (self.folder / "credentials").write_text(credentials)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            self.environment.pop(name, None)

    def run(self, source: str = "ssm", code: str = CHILD, /, **environment: str | None) -> str:
        """Runs a program that reads one value and returns its output."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LAMBDA_CACHE_"))}
        kept = {**kept, **self.environment}
        for name, value in environment.items():
            kept.pop(name, None)
            if value is not None:
                kept[name] = value
        ran = subprocess.run(
            [sys.executable, "-c", code, source],
            env=kept,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert not ran.stderr, ran.stderr
        return ran.stdout.strip()


@pytest.fixture
def server() -> Iterator[Server]:
    """Runs the server that the child asks."""
    with Server() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def child(tmp_path: Path, server: Server) -> Child:
    """A child with keys and a Region in its environment."""
    return Child(tmp_path, server)


# ===== Variables =====


@pytest.mark.parametrize(
    "name",
    [
        "AWS_RETRY_MODE", "AWS_MAX_ATTEMPTS", "AWS_ENDPOINT_URL_SSM", "AWS_ENDPOINT_URL_STS", "AWS_REGION",
        "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_SESSION_TOKEN", "AWS_USE_FIPS_ENDPOINT", "AWS_CA_BUNDLE",
    ],
)  # fmt: skip
def test_empty_variable_is_as_if_unset(child: Child, server: Server, name: str) -> None:
    assert child.run(**{name: ""}) == "value v"
    assert server.calls == [("ENVIRONMENT", "eu-west-1")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_RETRY_MODE", "legacy"),
        ("AWS_RETRY_MODE", "adaptive"),
        ("AWS_MAX_ATTEMPTS", " 3 "),
        ("AWS_ACCESS_KEY_ID", "KEY\r"),
    ],
)
def test_unusual_value_is_read_as_boto3_does(child: Child, name: str, value: str) -> None:
    assert child.run(**{name: value}) == "value v"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_RETRY_MODE", "fast"), ("AWS_MAX_ATTEMPTS", "0"), ("AWS_MAX_ATTEMPTS", "abc"), ("AWS_MAX_ATTEMPTS", "3.0"),
        ("AWS_DEFAULT_REGION", "eu_west_1"), ("AWS_DEFAULT_REGION", " "), ("AWS_ENDPOINT_URL_SSM", "host:1"),
        ("AWS_PROFILE", "mistyped"), ("AWS_RESPONSE_CHECKSUM_VALIDATION", "never"),
    ],
)  # fmt: skip
def test_wrong_variable_is_quoted_and_named(child: Child, server: Server, name: str, value: str) -> None:
    said = child.run(**{name: value})
    assert said.startswith("ConfigurationError ")
    assert f'{name}="{value}"' in said
    assert server.calls == []


def test_region_is_looked_for_in_boto3s_order(child: Child, server: Server) -> None:
    child.run(AWS_REGION="us-east-2", AWS_DEFAULT_REGION="eu-west-1")
    child.run(AWS_REGION="us-east-2", AWS_DEFAULT_REGION=None)
    (child.folder / "config").write_text("[default]\nregion = ap-south-1\n")
    child.run(AWS_REGION="us-east-2", AWS_DEFAULT_REGION=None)
    assert [region for _, region in server.calls] == ["eu-west-1", "us-east-2", "ap-south-1"]


def test_s3_does_without_a_region(child: Child, server: Server) -> None:
    assert child.run("s3", AWS_DEFAULT_REGION=None).startswith("value ")
    assert server.calls == [("ENVIRONMENT", "us-east-1")]


def test_wrong_endpoint_of_one_service_leaves_the_others(child: Child) -> None:
    assert child.run(AWS_ENDPOINT_URL_S3="nowhere") == "value v"


def test_fips_and_dual_stack_mean_nothing_beside_an_endpoint(child: Child) -> None:
    assert child.run(AWS_USE_FIPS_ENDPOINT="true", AWS_USE_DUALSTACK_ENDPOINT="true") == "value v"


# ===== Profiles =====


@pytest.mark.parametrize(
    ("config", "profile"),
    [
        ("[default]\n  region = x-1\n  " + KEYS.format("FILE").replace("\n", "\n  "), None),
        ("[default]\naws_access_key_id: FILE\naws_secret_access_key: secret\n", None),
        ('[profile "dev env"]\n' + KEYS.format("FILE"), "dev env"),
        ("[profile (dev)#1|x,y]\n" + KEYS.format("FILE"), "(dev)#1|x,y"),
        ("[profile default]\n" + KEYS.format("OTHER") + "[default]\n" + KEYS.format("FILE"), None),
        ("[default]\n" + KEYS.format("OTHER") + "[profile default]\n" + KEYS.format("FILE"), None),
        ("\ufeff[default]\r\n" + KEYS.format("FILE").replace("\n", "\r\n"), None),
        ("[profile x]\ns3 =\n    addressing_style = path\n[default]\n" + KEYS.format("FILE"), None),
    ],
)
def test_config_file_is_read_as_configparser_does(
    child: Child, server: Server, config: str, profile: str | None
) -> None:
    child.write(config)
    assert child.run(AWS_PROFILE=profile) == "value v"
    assert [key for key, _ in server.calls] == ["FILE"]


@pytest.mark.parametrize(
    ("config", "line"),
    [("region = x\n", 1), ("[default]\nregion\n", 2), ("[a]\n[a]\n", 2), ("[a]\ns3 =\n  path\n", 3)],
)
def test_file_that_cannot_be_parsed_is_named_with_its_line(child: Child, config: str, line: int) -> None:
    (child.folder / "config").write_text(config)
    said = child.run()
    assert said.startswith("ConfigurationError ")
    assert f"{child.folder / 'config'}, line {line}:" in said


def test_wrong_setting_of_a_profile_is_named_with_its_line(child: Child) -> None:
    (child.folder / "config").write_text("[default]\nmax_attempts = none\n")
    said = child.run(AWS_MAX_ATTEMPTS=None)
    assert said.startswith(f'ConfigurationError max_attempts = "none" ({child.folder / "config"}, line 2) is not')


def test_services_section_names_secrets_manager_as_boto3_does(child: Child, server: Server) -> None:
    (child.folder / "config").write_text(
        f"[default]\nservices = mine\n[services mine]\nsecrets_manager =\n  endpoint_url = {server.url}/secrets\n"
    )
    code = """
from lambda_cache import secrets_manager
try:
    secrets_manager.get_entry("a")
except Exception as error:
    print(error)
"""
    child.run("ssm", code, AWS_ENDPOINT_URL=None)
    assert server.calls == [("ENVIRONMENT", "eu-west-1")]


# ===== Credentials =====


@pytest.mark.parametrize(
    ("config", "credentials", "key"),
    [
        ("[default]\ncredential_process = false\n", "[default]\n" + KEYS.format("FILE"), "FILE"),
        ("[default]\n" + ROLE + "source_profile = base\n[profile base]\n" + KEYS.format("BASE"), "", "ROLE"),
        ("[default]\n" + ROLE + "source_profile = default\n", "[default]\n" + KEYS.format("BASE"), "ROLE"),
        ("[default]\nsso_start_url = https://x\n" + KEYS.format("FILE"), "", "FILE"),
    ],
)
def test_credentials_are_looked_for_in_boto3s_order(
    child: Child, server: Server, config: str, credentials: str, key: str
) -> None:
    child.write(config, credentials)
    assert child.run() == "value v"
    assert server.calls[-1][0] == key


def test_role_gets_all_that_its_profile_says(child: Child, server: Server) -> None:
    child.write(
        "[default]\nsource_profile = base\nduration_seconds = 900\nrole_session_name = me\nexternal_id = x\n" + ROLE,
        "[base]\n" + KEYS.format("BASE"),
    )
    assert child.run() == "value v"
    [form] = server.forms
    assert (form["DurationSeconds"], form["RoleSessionName"], form["ExternalId"]) == (["900"], ["me"], ["x"])


def test_web_identity_goes_before_the_files_keys(child: Child, server: Server) -> None:
    child.write(credentials="[default]\n" + KEYS.format("FILE"))
    (child.folder / "token").write_text("token")
    token = str(child.folder / "token")
    assert child.run(AWS_WEB_IDENTITY_TOKEN_FILE=token, AWS_ROLE_ARN="arn:aws:iam::123456789012:role/a") == "value v"
    assert server.calls[-1][0] == "token"  # the server makes a role's key of it


@pytest.mark.parametrize(
    "setting", ["mfa_serial = arn:aws:iam::1:mfa/me", "source_profile = nobody", "duration_seconds = x"]
)
def test_failed_role_error_names_the_setting(child: Child, setting: str) -> None:
    source = "" if setting.startswith("source") else "source_profile = base\n"
    child.write(f"[default]\n{ROLE}{source}{setting}\n", "[base]\n" + KEYS.format("BASE"))
    said = child.run()
    assert said.startswith("ConfigurationError ")
    assert setting.partition(" ")[0] in said


def test_credential_process_is_run_without_a_shell(child: Child, server: Server) -> None:
    script = child.folder / "give keys.py"
    script.write_text(
        "import json, sys\nprint(json.dumps({'Version': 1, 'AccessKeyId': sys.argv[1], 'SecretAccessKey': 'b'}))"
    )
    child.write(f"[default]\ncredential_process = {sys.executable} '{script}' a&b;$HOME\n")
    assert child.run() == "value v"
    assert server.calls[-1][0] == "a&b;$HOME"


def test_credential_process_may_take_longer_than_a_call(child: Child, server: Server) -> None:
    keys = PROCESS_KEYS.replace("KEY", "SLOW")
    (child.folder / "slow.sh").write_text(f"sleep 1\necho '{keys}'\n")
    child.write(f"[default]\ncredential_process = /bin/sh {child.folder}/slow.sh\n")
    assert child.run(LAMBDA_CACHE_CALL_TIMEOUT_IN_SECONDS="0.9") == "value v"
    assert server.calls == [("SLOW", "eu-west-1")]


@pytest.mark.parametrize("status", [200, 403, 404, 405])
def test_instance_gives_credentials_with_and_without_a_token(child: Child, server: Server, status: int) -> None:
    child.write()
    server.token_status = status
    said = child.run(AWS_EC2_METADATA_DISABLED=None, AWS_EC2_METADATA_SERVICE_ENDPOINT=server.url)
    assert said == "value v"
    assert server.calls[-1][0] == "INSTANCE"


SSO = """[default]
sso_session = mine
sso_account_id = 123456789012
sso_role_name = a-role
[sso-session mine]
sso_region = eu-west-1
sso_start_url = https://example.com/start
"""
SSO_TOKEN = f".aws/sso/cache/{hashlib.sha1(b'mine', usedforsecurity=False).hexdigest()}.json"

ASK_BEFORE_AND_AFTER = """
from pathlib import Path
from lambda_cache import ssm
def ask():
    try: return ssm.get_entry("/app/var", 0)
    except Exception as error: return type(error).__name__
file = Path({file!r})
print(ask(), end=" ")
file.write_text(file.read_text().replace("OLD", "NEW"))
print(ask(), ask())
"""


def ask_before_and_after_a_change(child: Child, file: str, content: str) -> str:
    """Writes credentials, and asks once with them and twice with other ones in one process."""
    path = child.folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content.replace("KEY", "OLD"))
    return child.run("ssm", ASK_BEFORE_AND_AFTER.format(file=str(path)), HOME=str(child.folder))


@pytest.mark.parametrize(
    ("config", "file", "content"),
    [
        ("", "credentials", "[default]\n" + KEYS.format("KEY")),
        ("[default]\ncredential_process = /bin/cat {folder}/keys.json\n", "keys.json", PROCESS_KEYS),
        (SSO, SSO_TOKEN, json.dumps({"accessToken": "KEY", "expiresAt": LATER})),
        ("[default]\nrole_arn = arn:aws:iam::1:role/r\nweb_identity_token_file = {folder}/token\n", "token", "KEY"),
        ("", "instance", "KEY"),
    ],
    ids=["file", "process", "sso", "web-identity", "instance"],
)
def test_replaced_credentials_are_used_after_one_refusal(
    child: Child, server: Server, config: str, file: str, content: str
) -> None:
    child.write(config.replace("{folder}", str(child.folder)))
    if file == "instance":
        server.instance_key = child.folder / file
        child.environment |= {"AWS_EC2_METADATA_DISABLED": "", "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url}
    server.good_keys = {"NEW"}
    assert ask_before_and_after_a_change(child, file, content) == "FetchError v v"
    assert [key for key, _ in server.calls if key] == ["OLD", "OLD", "NEW", "NEW"]


def test_login_after_a_revoked_sso_session_needs_no_restart(child: Child, server: Server) -> None:
    child.write(SSO)
    server.bad_sessions = {"OLD"}
    token = json.dumps({"accessToken": "KEY", "expiresAt": LATER})
    assert ask_before_and_after_a_change(child, SSO_TOKEN, token) == "ConfigurationError v v"
    assert [key for key, _ in server.calls] == ["NEW", "NEW"]


def login(child: Child, expires_at: str) -> None:
    """Writes a profile of `aws login`, and the credentials that it stored."""
    session = "arn:aws:iam::123456789012:user/me"
    token = {"accessKeyId": "LOGIN", "secretAccessKey": "b", "sessionToken": "c", "expiresAt": expires_at}
    folder = child.folder / "login"
    folder.mkdir()
    (folder / f"{hashlib.sha256(session.encode()).hexdigest()}.json").write_text(json.dumps({"accessToken": token}))
    child.write(f"[default]\nlogin_session = {session}\n")
    child.environment["AWS_LOGIN_CACHE_DIRECTORY"] = str(folder)


def test_credentials_of_aws_login_are_used_until_they_end(child: Child, server: Server) -> None:
    login(child, LATER)
    assert child.run() == "value v"
    assert server.calls[-1][0] == "LOGIN"


def test_an_aws_login_that_ended_says_how_to_renew_it(child: Child, server: Server) -> None:
    login(child, "2020-01-01T00:00:00Z")
    said = child.run()
    assert said.startswith("ConfigurationError ")
    assert "have expired: run `aws login`" in said
    assert not server.calls
