"""The agent beside moto, and as an extension in AWS's emulator of Lambda."""

from __future__ import annotations

import json
import os
import platform
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.agent_process import Agent
from tests.doc_walkthrough import free_port
from tests.fakes.fault_server import FaultServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.account import Account
    from tests.fakes.aws import Aws

PROGRAMS = Path(__file__).parent / "programs"
EMULATORS = {"x86_64": "aws-lambda-rie-x86_64", "aarch64": "aws-lambda-rie-arm64"}
ROLE = "arn:aws:iam::123456789012:role/reader"
SECONDS = 60.0

# The folders where Lambda has a function and its layers, in a mount namespace.
SANDBOX = """
mount -t tmpfs none /opt && mount -t tmpfs none /var && mkdir /opt/extensions /var/task
cp "$1" /opt/extensions/lambda-cache-agent
cp "$2" /var/task/app.py
printf '#!/bin/sh\\nexec %s -m awslambdaric app.handler\\n' "$3" >/opt/bootstrap
chmod +x /opt/bootstrap
shift 3
cd /var/task && exec "$@"
"""


@pytest.fixture
def agent(rust_programs: dict[str, Path], moto: Aws) -> Iterator[Agent]:
    with Agent(rust_programs["lambda-cache-agent"], moto.environment()) as agent:
        yield agent


def test_secure_strings_stay_encrypted_by_default(agent: Agent, account: Account) -> None:
    account.put_parameter("/app/key", "s3cret", "SecureString")
    path = "/systemsmanager/parameters/get"
    for query, value in ({}, "kms:alias/aws/ssm:s3cret"), ({"withDecryption": "true"}, "s3cret"):
        status, answer = agent.get(path, name="/app/key", **query)
        assert (status, answer["Parameter"]["Value"], answer["Parameter"]["Type"]) == (200, value, "SecureString")
    assert agent.get("/ssm/get", name="/app/key")[1]["value"] == "s3cret"


def test_versions_and_labels_of_a_parameter(agent: Agent, account: Account) -> None:
    account.put_parameter("/app/var", "old")
    account.put_parameter("/app/var", "new")
    path = "/systemsmanager/parameters/get/"
    _, old = agent.get(path, name="/app/var", version="1")
    assert (old["Parameter"]["Value"], old["Parameter"]["Version"]) == ("old", 1)
    _, new = agent.get(path, name="/app/var")
    assert (new["Parameter"]["Value"], new["Parameter"]["Version"]) == ("new", 2)
    status, missing = agent.get(path, name="/app/var", version="9")
    assert (status, missing["__type"]) == (400, "ParameterVersionNotFound")


def test_stages_of_a_secret(agent: Agent, account: Account) -> None:
    account.put_secret("prod/db", "old")
    arn = account.put_secret("prod/db", "new")
    previous = agent.get("/secretsmanager/get", secretId=arn, versionStage="AWSPREVIOUS")[1]
    assert (previous["SecretString"], previous["VersionStages"]) == ("old", ["AWSPREVIOUS"])
    by_id = agent.get("/v1/prod/db", versionId=account.version_id("prod/db", "AWSPREVIOUS"))[1]
    assert by_id["SecretString"] == "old"
    assert agent.get("/v1/prod/db")[1]["SecretString"] == "new"


def test_each_role_has_a_separate_cache(agent: Agent, account: Account) -> None:
    account.put_secret("prod/db", "old")
    assert agent.get("/v1/prod/db")[1]["SecretString"] == "old"
    account.put_secret("prod/db", "new")
    assert agent.get("/v1/prod/db", roleArn=ROLE)[1]["SecretString"] == "new"
    assert agent.get("/v1/prod/db")[1]["SecretString"] == "old"
    for number in range(19):
        assert agent.get("/v1/prod/db", roleArn=f"{ROLE}{number}")[0] == 200
    status, answer = agent.get("/v1/prod/db", roleArn=f"{ROLE}19")
    assert (status, answer["__type"]) == (400, "MaxRolesExceeded")


def python_for_other_users() -> str:
    """Returns a Python of this version that any user can run: the emulator may start the runtime as another one."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for path in Path(sys.executable).resolve(), Path("/usr/bin") / version:
        if path.exists() and all(folder.stat().st_mode & 0o001 for folder in path.parents):
            return str(path)
    pytest.skip(f"no {version} that every user can run")


def invoke(port: int) -> object:
    """Invokes the function once the emulator listens."""
    deadline = time.monotonic() + SECONDS
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        assert time.monotonic() < deadline, "the emulator does not listen"
        time.sleep(0.05)
    request = urllib.request.Request(f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations", b"{}")
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        return json.load(answer)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount on /opt and start a function as another user")
@pytest.mark.parametrize("instances", [{}, {"AWS_LAMBDA_MAX_CONCURRENCY": "4"}], ids=["lambda", "managed instances"])
def test_extension_answers_in_the_init_phase(rust_programs: dict[str, Path], instances: dict[str, str]) -> None:
    samcli = pytest.importorskip("samcli")
    emulator = Path(samcli.__file__).parent / "local/rapid" / EMULATORS[platform.machine()]
    port, agent_port = free_port(), free_port()
    with FaultServer(rust_programs["fault-server"]) as server:
        server.put_parameter("/app/var", "x")
        server.put_secret("prod/db", "y")
        environment = server.environment() | {
            "AWS_SESSION_TOKEN": "token",
            "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT": str(agent_port),
            "PYTHONPATH": str(Path(samcli.__file__).parents[1]),
        }
        files: list[str | Path] = [
            rust_programs["lambda-cache-agent"],
            PROGRAMS / "agent_client.py",
            python_for_other_users(),
        ]
        command: list[str | Path] = [emulator, "--runtime-interface-emulator-address", f"127.0.0.1:{port}"]
        command += ["--runtime-api-address", f"127.0.0.1:{free_port()}", "/opt/bootstrap", "app.handler"]
        process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-ec", SANDBOX, "sh", *files, *command],
            env=environment | instances,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert invoke(port) == ["x", "y"]
            assert server.counts()["operations"] == {"GetParameter": 1, "GetSecretValue": 1}  # for all processes
        finally:
            process.terminate()
            process.wait()
        with pytest.raises(urllib.error.URLError):  # it ended with the environment
            urllib.request.urlopen(f"http://127.0.0.1:{agent_port}/ping", timeout=SECONDS)
