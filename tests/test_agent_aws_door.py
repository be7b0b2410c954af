"""The agent as the endpoint of boto3, with moto behind it."""

from __future__ import annotations

import importlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.account import Account
    from tests.fakes.aws import Aws
    from tests.fakes.proxy import Proxy

CLIENTS = Path(__file__).parents[1] / ".tools/agent-clients"
"""The clients in other languages, as scripts/agent_clients.sh installs them."""


@pytest.fixture
def agent(rust_programs: dict[str, Path], moto: Aws, proxy: Proxy) -> Iterator[str]:
    """The address of an agent whose calls go through the proxy."""
    environment = {**moto.environment(proxy.url), "AWS_TOKEN": "x"}
    command = [str(rust_programs["lambda-cache-agent"]), "serve", "--port", "0"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
        process.kill()


@pytest.fixture
def boto(agent: str) -> Callable[..., Any]:
    """Makes a boto3 client whose endpoint is the agent."""
    boto3: Any = importlib.import_module("boto3")

    def client(service: str, **options: str) -> Any:
        return boto3.client(service, endpoint_url=agent, **options)

    return client


def without_headers(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer apart from the request id and the headers, with lists in an order: AWS guarantees none."""
    assert answer["ResponseMetadata"]["RequestId"]
    kept = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
    for key in {"Parameters", "InvalidParameters", "SecretValues", "Errors"} & kept.keys():
        kept[key] = sorted(kept[key], key=repr)
    return kept


def test_boto3_gets_what_aws_answers(boto: Callable[..., Any], client: Callable[[str], Any], account: Account) -> None:
    account.put_parameter("/app/text", "first")
    account.put_parameter("/app/text", "x")
    account.put_parameter("/app/list", "a,b", "StringList")
    account.put_parameter("/app/secure", "s3cret", "SecureString")
    client("ssm").label_parameter_version(Name="/app/text", ParameterVersion=1, Labels=["old"])
    arn = account.put_secret("prod/db", "pa55")
    account.put_secret("prod/key", b"\0\xff")
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("ssm", "get_parameter", {"Name": "/app/text"}),
        ("ssm", "get_parameter", {"Name": "/app/text:1"}),
        ("ssm", "get_parameter", {"Name": "/app/text:old"}),
        ("ssm", "get_parameter", {"Name": "/app/list"}),
        ("ssm", "get_parameter", {"Name": "/app/secure"}),
        ("ssm", "get_parameter", {"Name": "/app/secure", "WithDecryption": True}),
        ("ssm", "get_parameters", {"Names": ["/app/text", "/app/list", "/none"], "WithDecryption": True}),
        ("ssm", "get_parameters_by_path", {"Path": "/app"}),
        ("ssm", "get_parameters_by_path", {"Path": "/", "Recursive": True, "WithDecryption": True}),
        ("ssm", "get_parameters_by_path", {"Path": "/none"}),
        ("ssm", "describe_parameters", {}),
        ("secretsmanager", "get_secret_value", {"SecretId": "prod/db"}),
        ("secretsmanager", "get_secret_value", {"SecretId": arn, "VersionStage": "AWSCURRENT"}),
        ("secretsmanager", "get_secret_value", {"SecretId": "prod/key"}),
        ("secretsmanager", "batch_get_secret_value", {"SecretIdList": ["prod/db", "prod/key"]}),
        ("secretsmanager", "list_secrets", {}),
    ]
    for service, operation, arguments in calls:
        expected = without_headers(getattr(client(service), operation)(**arguments))
        for _ in range(2):
            answer = without_headers(getattr(boto(service), operation)(**arguments))
            assert answer == expected | {key: [] for key in answer.keys() - expected.keys()}, (operation, arguments)


def test_a_write_through_the_agent_is_seen_at_once(boto: Callable[..., Any], account: Account) -> None:
    ssm, secrets = boto("ssm"), boto("secretsmanager")
    for value in ("1", "2"):
        ssm.put_parameter(Name="/app/a", Value=value, Type="String", Overwrite=True)
        assert ssm.get_parameter(Name="/app/a")["Parameter"]["Value"] == value
        assert [one["Value"] for one in ssm.get_parameters(Names=["/app/a"])["Parameters"]] == [value]
        assert [one["Value"] for one in ssm.get_parameters_by_path(Path="/app")["Parameters"]] == [value]
    ssm.delete_parameters(Names=["/app/a"])
    assert ssm.get_parameters(Names=["/app/a"])["InvalidParameters"] == ["/app/a"]
    arn = secrets.create_secret(Name="prod/db", SecretString="1")["ARN"]
    assert secrets.get_secret_value(SecretId=arn)["SecretString"] == "1"
    secrets.put_secret_value(SecretId="prod/db", SecretString="2")
    assert secrets.get_secret_value(SecretId=arn)["SecretString"] == "2"
    secrets.delete_secret(SecretId=arn)
    with pytest.raises(secrets.exceptions.InvalidRequestException):
        secrets.get_secret_value(SecretId="prod/db")


def test_errors_are_botos_exceptions(boto: Callable[..., Any], account: Account) -> None:
    ssm, secrets = boto("ssm"), boto("secretsmanager")
    with pytest.raises(ssm.exceptions.ParameterNotFound):
        ssm.get_parameter(Name="/none")
    with pytest.raises(secrets.exceptions.ResourceNotFoundException):
        secrets.get_secret_value(SecretId="none")
    with pytest.raises(ssm.exceptions.ClientError, match="signed with its own credentials"):
        boto("ssm", aws_access_key_id="other", aws_secret_access_key="other").get_parameter(Name="/none")


def test_a_paginator_reads_a_path_once(boto: Callable[..., Any], account: Account, proxy: Proxy) -> None:
    names = [f"/app/p{index:02}" for index in range(25)]
    for name in names:
        account.put_parameter(name, "x")
    for _ in range(3):
        pages = boto("ssm").get_paginator("get_parameters_by_path").paginate(Path="/app", MaxResults=4)
        assert sorted(one["Name"] for page in pages for one in page["Parameters"]) == names
    assert proxy.count("GetParametersByPath") == 3


def run(agent: str, moto: Aws, *command: str | Path) -> str:
    """The output of a program whose endpoints are the agent."""
    endpoints = {"AWS_ENDPOINT_URL_SSM": agent, "AWS_ENDPOINT_URL_SECRETS_MANAGER": agent}
    ran = subprocess.run(command, env=moto.environment() | endpoints, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_sdk_for_javascript_and_middy(agent: str, moto: Aws, account: Account, proxy: Proxy) -> None:
    for name in ("/app/a", "/app/b"):
        account.put_parameter(name, "x")
    account.put_secret("prod/db", "pa55")
    program = shutil.copy(Path(__file__).parent / "programs/agent_clients.mjs", CLIENTS)  # its packages are there
    assert json.loads(run(agent, moto, CLIENTS / "bin/node", program)) == {
        "parameter": ["x", 1, True],
        "several": [["x"], ["/none"]],
        "path": [["/app/a"], ["/app/b"]],
        "secret": ["pa55", True],
        "batch": [["pa55"], ["ResourceNotFoundException"]],
        "error": "ParameterNotFound",
        "written": "y",
        "middy": ["y", {"a": "y", "b": "x"}, "pa55"],
    }
    assert proxy.count("GetSecretValue") == 2  # one of them for a secret that does not exist


def test_the_aws_cli(agent: str, moto: Aws, account: Account) -> None:
    aws = (CLIENTS / "bin/aws", "--output", "json")
    put = ("ssm", "put-parameter", "--name", "/app/a", "--type", "SecureString", "--value")
    for value in ("1", "2"):
        run(agent, moto, *aws, *put, value, "--overwrite")
        got = run(agent, moto, *aws, "ssm", "get-parameter", "--name", "/app/a", "--with-decryption")
        assert json.loads(got)["Parameter"]["Value"] == value
    below = run(agent, moto, *aws, "ssm", "get-parameters-by-path", "--path", "/app", "--query", "Parameters[].Version")
    assert json.loads(below) == [2]
    account.put_secret("prod/key", b"\0\xff")
    secret = json.loads(run(agent, moto, *aws, "secretsmanager", "get-secret-value", "--secret-id", "prod/key"))
    assert secret["SecretBinary"] == "AP8="
