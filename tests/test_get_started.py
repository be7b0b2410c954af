"""The pages of docs/get-started, followed in an empty folder: files written, commands pasted, outputs compared.

Only what a newcomer would not see differs. Nothing is downloaded: pip finds what the project's tools are, and cargo
what was compiled for this repository. Ports are free ones.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.cargo import REPOSITORY
from tests.doc_walkthrough import Walkthrough, free_port
from tests.fakes.cargo_lambda import with_cargo_lambda
from tests.fakes.environment import without_aws

TOOLS = REPOSITORY / ".venv"

CURL = """#!/usr/bin/env python3
import sys, urllib.request
_, silent, with_data, data, url = sys.argv
print(urllib.request.urlopen(url, data.encode()).read().decode(), end="")
"""
"""For a machine without it: `curl -s -d DATA URL`."""


def page(language: str) -> str:
    return (REPOSITORY / f"docs/get-started/{language}.md").read_text()


@pytest.fixture
def walkthrough(tmp_path: Path) -> Walkthrough:
    """Returns a newcomer in an empty folder with the clone, and the environment of a user without settings."""
    folder = tmp_path / "empty"
    folder.mkdir()
    (folder / "lambda-cache").symlink_to(REPOSITORY)
    programs = tmp_path / "programs"
    programs.mkdir()
    if shutil.which("curl") is None:
        (programs / "curl").write_text(CURL)
        (programs / "curl").chmod(0o755)
    ours = ("LAMBDA_CACHE_", "MAKE", "MFLAGS", "PIP_", "PYTHON", "PYTEST_")
    environment = {name: value for name, value in without_aws().items() if not name.startswith(ours)}
    path = f"{programs}{os.pathsep}{environment['PATH']}"
    return Walkthrough(folder, environment | {"PIP_NO_INDEX": "1", "PATH": path}, free_port())


def has_the_tools(folder: Path) -> None:
    """Has a new virtual environment find the project's tools, as .test-venv does: pip then says that they are there."""
    show = "import sysconfig; print(sysconfig.get_path('purelib'))"
    paths = [
        subprocess.run([venv / "bin/python", "-c", show], capture_output=True, text=True, check=True).stdout.strip()
        for venv in (TOOLS, folder / ".venv")
    ]
    (Path(paths[1]) / "tools.pth").write_text(paths[0])


@pytest.mark.usefixtures("rust_programs")  # with which everything was downloaded that is compiled here
def test_rust(walkthrough: Walkthrough) -> None:
    # These reuse the crates compiled for the workspace.
    walkthrough.environment = with_cargo_lambda(walkthrough.environment) | {
        "CARGO_NET_OFFLINE": "true",
        "CARGO_TARGET_DIR": str(REPOSITORY / "target"),
        "CARGO_PROFILE_DEV_DEBUG": "false",
    }

    def unseen(commands: str) -> str:
        if commands.startswith("cargo lambda build "):
            return ":\n"  # not here: it compiles all once more, for a target that it names, which takes minutes
        if commands.startswith("cargo test"):
            # With the features that everything here is compiled with, most of it is compiled already.
            line = f'workspace-hack = {{ path = "{REPOSITORY}/crates/workspace-hack" }}'
            commands = f"echo '{line}' >>Cargo.toml\n{commands}"
        address = f"--invoke-address 127.0.0.1 --invoke-port {walkthrough.port}"
        commands = re.sub(r"cargo lambda (watch|invoke)", rf"\g<0> {address}", commands)
        return commands.replace("pip install", "pip install --no-deps")

    def has_the_versions(folder: Path) -> None:
        shutil.copy(REPOSITORY / "Cargo.lock", folder)

    walkthrough.unseen = unseen
    walkthrough.prepare |= {"-m venv": has_the_tools, "cargo new": has_the_versions}
    walkthrough.follow(page("rust"))


def test_python(walkthrough: Walkthrough) -> None:
    def unseen(commands: str) -> str:
        ports = f"--runtime-interface-emulator-address 127.0.0.1:{walkthrough.port}"
        ports += f" --runtime-api-address 127.0.0.1:{free_port()}"
        return commands.replace("../aws-lambda-rie ", f"../aws-lambda-rie {ports} ").replace(
            ":8080", f":{walkthrough.port}"
        )

    walkthrough.unseen = unseen
    walkthrough.prepare["-m venv"] = has_the_tools
    walkthrough.follow(page("python"))

    with zipfile.ZipFile(walkthrough.folder / "my-function/my-function.zip") as packed:
        assert {"app.py", "lambda_cache/__init__.py", "lambda_cache/_native.abi3.so"} <= set(packed.namelist())
        assert packed.testzip() is None
