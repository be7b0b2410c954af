"""The README's way from an empty folder to a Rust function that answers, as it stands there.

Only what a newcomer would not see differs: what was compiled for this repository is used again, and the versions are
those that it was compiled with.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from standin.cargo_lambda import HOST, CargoLambda, with_cargo_lambda
from tests.cargo import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    from standin.aws import Aws
    from standin.proxy import Proxy
    from tests.account import Account

SHARED = {
    "CARGO_NET_OFFLINE": "true",
    "CARGO_TARGET_DIR": str(REPOSITORY / "target"),
    "CARGO_PROFILE_DEV_DEBUG": "false",  # as in the workspace; else nothing is used again
}


def block(language: str, contains: str) -> str:
    """The first block of the README in that language that contains that text."""
    blocks: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", (REPOSITORY / "README.md").read_text(), re.S | re.M)
    return next(text for text in blocks if contains in text)


@pytest.fixture(scope="module")
def commands() -> list[str]:
    """The commands of the README, one a line, without comments."""
    return [line.partition("#")[0].strip() for line in block("sh", contains="cargo new").splitlines()]


@pytest.fixture(scope="module")
def project(commands: list[str], rust_programs: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the commands make of an empty folder, up to the copy of the example.

    With `rust_programs` everything is downloaded that is compiled here.
    """
    folder = tmp_path_factory.mktemp("newcomer")
    (folder / "lambda-cache").symlink_to(REPOSITORY)
    copy = next(index for index, command in enumerate(commands) if command.startswith("cp "))
    cargo(folder, "\n".join(commands[:copy]))
    project = folder / "my-function"
    (project / "src/main.rs").write_text(block("rust,no_run", contains="#[tokio::main]"))
    shutil.copy(REPOSITORY / "Cargo.lock", project)
    return project


def cargo(folder: Path, commands: str) -> subprocess.CompletedProcess[str]:
    """Runs a newcomer's commands, which must succeed."""
    done = subprocess.run(
        ["bash", "-euc", commands],
        cwd=folder,
        env=with_cargo_lambda(dict(os.environ) | SHARED),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
    return done


def test_the_first_example_compiles_without_a_warning(project: Path) -> None:
    assert "warning" not in cargo(project, "cargo check").stderr


def test_it_answers_under_cargo_lambda(
    commands: list[str], project: Path, moto: Aws, account: Account, proxy: Proxy
) -> None:
    account.put_parameter("/production/app/var", "x")
    watch, invoke = commands[-2:]
    assert watch == "cargo lambda watch"
    assert invoke.startswith("cargo lambda invoke ")
    with CargoLambda("my-function", moto.environment(proxy.url) | SHARED, project) as watching:
        for _ in range(2):
            answer = cargo(project, f"{invoke} --invoke-address {HOST} --invoke-port {watching.port}")
            assert json.loads(answer.stdout) == {"var": "x"}, watching.output()
    assert proxy.count() == proxy.count("GetParameter") == 1
