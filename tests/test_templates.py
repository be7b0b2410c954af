"""The templates of `examples/`: valid, alike, and with the least IAM policy for what the code reads.

`make templates` has SAM, CDK and Terraform themselves try them; here is what takes no more than their text.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from cfnlint.api import lint

from tests.agent_process import Agent
from tests.templates import terraform as tf
from tests.templates.cloud_formation import sam
from tests.templates.deployed import CODE, EXAMPLES, NODE, expected, expected_policy, statements
from tests.templates.document import commands
from tests.test_agent_aws_door import CLIENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.account import Account
    from tests.fakes.aws import Aws
    from tests.fakes.proxy import Proxy
    from tests.templates.deployed import Deployed

INVOKE_TWICE = """
import { handler } from "./index.mjs";
console.log(JSON.stringify([await handler({}), await handler({})]));
"""
PYTHON = EXAMPLES / "python-function"
ANSWER = {"banner": "summer", "user": "shop", "prices": {"tea": 3}}

each_example = pytest.mark.parametrize("example", CODE)


@each_example
def test_cfn_lint_finds_nothing_in_the_sam_template(example: str) -> None:
    text = (EXAMPLES / example / "sam/template.yaml").read_text()
    assert lint(text, config={"include_checks": ["I"]}) == []
    assert [str(found.rule.id) for found in lint(text.replace("MemorySize:", "Memory:"))] == ["E3002"]


@each_example
@pytest.mark.parametrize("with_key", [False, True])
@pytest.mark.parametrize("read", [sam, tf.terraform])
def test_template_deploys_and_allows_only_the_expected(
    read: Callable[..., Deployed], example: str, with_key: bool
) -> None:
    assert read(example, with_key=with_key) == expected(example, with_key=with_key)
    assert read(example, with_key=with_key) != expected(example, with_key=not with_key)


@each_example
def test_the_policy_has_the_names_of_the_code(example: str) -> None:
    code = (EXAMPLES / example / CODE[example]).read_text()
    in_code = {name.removeprefix("s3://") for name in re.findall(r'"(/shop/[^"]+|s3://[^"]+)"', code)}
    arns = {arn for statement in expected_policy(example) for arn in statement.resources}
    in_policy = {re.sub(r"^.*:(?:parameter|secret:|::)|-\?{6}$", "", arn) for arn in arns}
    assert in_policy == in_code
    assert len(in_code) == len(arns)


def test_template_policy_matches_the_command() -> None:
    command = [sys.executable, "-m", "lambda_cache", "policy", "app.handler", "--region", "*"]
    run = subprocess.run(command, cwd=PYTHON / "src", capture_output=True, text=True, check=True)
    assert statements(json.loads(run.stdout)) == sorted(expected_policy("python-function"))


@each_example
def test_terraform_references_are_defined_and_used(example: str) -> None:
    blocks = tf.blocks(EXAMPLES / example / "terraform")
    referred_to = tf.references(blocks)
    assert referred_to <= blocks.keys()
    declared = {address for address in blocks if re.match(r"(var|local|data)\.", address)}
    assert declared <= referred_to
    assert blocks["terraform"]["required_providers"][0].keys() == {"aws"}


def test_the_python_function_answers_its_event(shop: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(PYTHON / "src"), *sys.path])
    import app

    event: dict[str, Any] = json.loads((PYTHON / "events/event.json").read_text())
    assert app.handler(event, SimpleNamespace()) == ANSWER


def test_the_python_function_is_tested_without_aws() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    run = subprocess.run(command, cwd=PYTHON, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert "3 passed" in run.stdout


@pytest.fixture
def node_package() -> Iterator[Path]:
    """The unpacked package of the Node.js function, made by the documented command, beside the SDK for JavaScript."""
    with tempfile.TemporaryDirectory(dir=CLIENTS) as folder:
        copied = Path(folder) / "examples" / NODE
        shutil.copytree(EXAMPLES / NODE, copied)
        script = commands(f"package {NODE}").replace("python3", sys.executable)
        subprocess.run(["bash", "-euc", script], cwd=folder, check=True)
        shutil.unpack_archive(copied / expected(NODE).package, copied / "task")
        yield copied / "task"


def test_the_agent_answers_the_node_function(
    rust_programs: dict[str, Path], node_package: Path, shop: Account, moto: Aws, proxy: Proxy
) -> None:
    variables = expected(NODE).environment
    endpoints = {name for name in variables if name.startswith("AWS_ENDPOINT_URL_")}
    settings = {name: variables[name] for name in variables.keys() - endpoints}
    with Agent(rust_programs["lambda-cache-agent"], moto.environment(proxy.url) | settings) as agent:
        environment = moto.environment("http://127.0.0.1:9") | settings | dict.fromkeys(endpoints, agent.address)
        command: list[str | Path] = [CLIENTS / "bin/node", "--input-type=module", "--eval", INVOKE_TWICE]
        ran = subprocess.run(
            command, cwd=node_package, env=environment, capture_output=True, text=True, check=False, timeout=60
        )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == [{"banner": "summer", "user": "shop"}] * 2
    assert (proxy.count("GetParameter"), proxy.count("GetSecretValue")) == (1, 1)
