"""The examples of docs/agent.md: each is run, or read by what it is for."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from scripts.layer import Layer
from tests.agent_process import TOKEN, Agent

if TYPE_CHECKING:
    from tests.account import Account
    from tests.fakes.aws import Aws
    from tests.fakes.proxy import Proxy

PAGE = (Path(__file__).parents[1] / "docs/agent.md").read_text()
PROGRAM = "/usr/local/bin/lambda-cache-agent"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def program(rust_programs: dict[str, Path]) -> Path:
    return rust_programs["lambda-cache-agent"]


def test_commands_publish_the_layer_that_make_builds() -> None:
    path = Path("dist/lambda-cache-agent-layer-x86_64.zip")
    make, publish = blocks("sh")[0].replace("\\\n", "").splitlines()
    assert make == "make agent-layer"
    assert publish.split() == Layer("lambda-cache-agent", path, "x86_64", 0).publish_command.split()


def test_pod_has_one_token_for_both_containers(program: Path, moto: Aws, account: Account) -> None:
    (text,) = blocks("yaml")
    app, agent = yaml.safe_load(text)["spec"]["containers"]
    assert app["env"] == agent["env"]
    (variable,) = app["env"]
    command: list[str] = agent["command"]
    assert command[:2] == [PROGRAM, "serve"]
    account.put_parameter("/app/var", "x")
    environment = moto.environment() | {variable["name"]: TOKEN}
    with Agent(program, environment, *command[2:]) as running:
        assert running.get("/ssm/get", name="/app/var")[0] == 200


def test_unit_runs_with_the_settings_of_the_page(
    program: Path, moto: Aws, proxy: Proxy, account: Account, tmp_path: Path
) -> None:
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(blocks("ini")[0])
    service = unit["Service"]
    name, _, token = service["Environment"].partition("=")
    started, serve, option, config = shlex.split(service["ExecStart"])
    assert (started, serve, option) == (PROGRAM, "serve", "--config")
    places = {path: tmp_path / Path(path).name for path in (config, token.removeprefix("file://"))}
    places[config].write_text(blocks("toml")[0])
    places[token.removeprefix("file://")].write_text(f"{TOKEN}\n")
    account.put_parameter("/app/var", "x")
    environment: dict[str, str] = moto.environment(proxy.url)
    environment[name] = f"file://{places[token.removeprefix('file://')]}"
    with Agent(program, environment, option, str(places[config])) as agent:
        (curl,) = (block for block in blocks("sh") if block.startswith("curl "))
        script = curl.replace("localhost:2773", agent.address).replace("curl ", "curl --silent --fail ")
        ran = subprocess.run(
            ["bash", "-euc", script], env=environment | {"AWS_TOKEN": TOKEN}, capture_output=True, text=True, check=True
        )
        answer: dict[str, Any] = json.loads(ran.stdout)
    assert answer["value"] == "x"
    assert proxy.count("GetParameter") == 1  # the settings prefetch it
