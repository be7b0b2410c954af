"""Releases: nothing is published untested, and a release that broke off can be run again.

The workflows run on GitHub. Their scripts run here, with stand-ins for the programs that would reach the network.
"""

from __future__ import annotations

import os
import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import layer, rust_packages

REPOSITORY = Path(__file__).parents[1]


CRATES = ["lambda-cache-names", "lambda-cache-macros", "lambda-cache"]
"""The published crates, each after the crates that it depends on."""


def workflow(name: str) -> Any:
    return yaml.safe_load((REPOSITORY / ".github" / "workflows" / f"{name}.yml").read_text())


def commands(job: Any) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def needed(jobs: Any, job: str) -> set[str]:
    """Returns the jobs that must succeed before this one begins."""
    before: set[str] = set()
    waiting = [job]
    while waiting:
        needs = jobs[waiting.pop()].get("needs", [])
        waiting += [needs] if isinstance(needs, str) else needs
        before.update(waiting)
    return before


def bash(script: str | Path, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    how = [script] if isinstance(script, Path) else ["-euc", script]
    command = ["bash", *how, *arguments]
    return subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture(scope="module")
def jobs() -> Any:
    return workflow("release")["jobs"]


@pytest.mark.parametrize("published", ["pypi", "crates", "github"])
def test_publishing_waits_for_tests_and_attestation(jobs: Any, published: str) -> None:
    everything = {name for name, job in jobs.items() if "bash .ci/run" in commands(job)}
    assert len(everything) == 1
    assert {"build", "test", "attest"} | everything <= needed(jobs, published)
    assert everything <= needed(jobs, "attest")


@pytest.mark.parametrize(
    ("name", "mode", "head", "fits"),
    [
        ("bootstrap", 0o755, b"\x7fELF", True),
        ("bootstrap", 0o644, b"\x7fELF", False),
        ("bootstrap", 0o755, b"#!/b", False),
        ("rust-function", 0o755, b"\x7fELF", False),
    ],
)
def test_package_without_lambda_program_is_rejected(
    name: str, mode: int, head: bytes, fits: bool, tmp_path: Path
) -> None:
    package = tmp_path / "bootstrap.zip"
    with zipfile.ZipFile(package, "w") as packed:
        program = zipfile.ZipInfo(name)
        program.external_attr = mode << 16
        packed.writestr(program, head)
    if fits:
        rust_packages.check(package)
    else:
        with pytest.raises(AssertionError):
            rust_packages.check(package)


def test_release_files_have_distinct_names(jobs: Any, tmp_path: Path) -> None:
    merged = tmp_path / "dist"
    merged.mkdir()
    names: list[str] = []
    for machine, architecture in layer.ARCHITECTURES.items():
        dist = tmp_path / architecture / "dist"
        dist.mkdir(parents=True)
        wheel = f"lambda_cache-1.2.3-cp310-abi3-manylinux2014_{machine}.manylinux_2_17_{machine}.whl"
        layers = [f"lambda-cache-layer-1.2.3-{architecture}.zip", f"lambda-cache-agent-layer-{architecture}.zip"]
        for name in (wheel, "lambda_cache-1.2.3.tar.gz", "lambda-cache-agent", *layers):
            (dist / name).touch()
        for step in jobs["build"]["steps"]:
            condition = re.fullmatch(r"matrix\.architecture != '(\w+)'", step.get("if", ""))
            if re.match(r"(rm|mv) dist/", step.get("run", "")) and (not condition or condition[1] != architecture):
                script = step["run"].replace("${{ matrix.architecture }}", architecture)
                assert bash(f"cd '{dist.parent}'\n{script}").returncode == 0
        for path in dist.iterdir():
            names.append(path.name)
            path.rename(merged / path.name)
    assert len(names) == len(set(names)) == 9
    (removal,) = (command for command in commands(jobs["pypi"]) if command.startswith("rm "))
    assert bash(f"cd '{tmp_path}'\n{removal}").returncode == 0
    assert sorted(path.suffix for path in merged.iterdir()) == [".gz", ".whl", ".whl"]


@pytest.mark.parametrize("job", ["test", "macos"])
def test_jobs_that_run_the_tests_install_their_clients(jobs: Any, job: str) -> None:
    (script,) = (command for command in commands(jobs[job]) if "pytest" in command)
    assert re.search(r"scripts/programs\.sh && scripts/agent_clients\.sh\n.*outside\.sh -m pytest", script, re.DOTALL)


CHANGELOG = """\
# Changelog

## [Unreleased]

- Later.

## [1.2.3] - {day}

### Added

- This.

## [1.2.2] - 2026-01-02

- Before.
"""


def notes(changelog: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = folder / "CHANGELOG.md"
    path.write_text(changelog)
    return bash(REPOSITORY / "scripts/notes.sh", "1.2.3", path)


def test_release_notes_are_the_changelog_section(tmp_path: Path) -> None:
    ended = notes(CHANGELOG.format(day="2026-01-31"), tmp_path)
    assert (ended.returncode, ended.stdout.strip()) == (0, "### Added\n\n- This.")


@pytest.mark.parametrize("day", ["not released yet", "2026-01", "2026-01-31?"])
def test_version_without_a_date_is_not_released(day: str, tmp_path: Path) -> None:
    ended = notes(CHANGELOG.format(day=day), tmp_path)
    assert ended.returncode == 1
    assert '"## [1.2.3] - "' in ended.stderr


@pytest.fixture
def publish(tmp_path: Path) -> Any:
    """Returns a function that runs scripts/publish.sh for 1.2.3 and returns the crates that cargo was asked to publish.

    Its argument is the versions that crates.io already has.
    """
    programs = tmp_path / "programs"
    programs.mkdir()
    index = tmp_path / "index.crates.io/la/mb"
    index.mkdir(parents=True)
    (programs / "curl").write_text(f'#!/bin/sh\nfor url; do :; done\nexec cat "{tmp_path}/${{url#https://}}"\n')
    (programs / "cargo").write_text(f'#!/bin/sh\necho "$*" >>"{tmp_path}/asked"\n')
    for program in programs.iterdir():
        program.chmod(0o755)

    def publish(there: dict[str, list[str]]) -> list[str]:
        for crate, versions in there.items():
            lines = [f'{{"name":"{crate}","vers":"{version}","deps":[]}}\n' for version in versions]
            (index / crate).write_text("".join(lines))
        done = bash(REPOSITORY / "scripts/publish.sh", "1.2.3", PATH=f"{programs}{os.pathsep}{os.environ['PATH']}")
        assert done.returncode == 0, done.stderr
        asked = (tmp_path / "asked").read_text().splitlines() if (tmp_path / "asked").exists() else []
        assert all(line.startswith("publish --locked --package ") for line in asked)
        return [line.split()[-1] for line in asked]

    return publish


def test_crates_are_published_in_dependency_order(publish: Any) -> None:
    assert publish({}) == CRATES


def test_published_crate_is_not_published_again(publish: Any) -> None:
    assert publish({"lambda-cache-names": ["1.2.2", "1.2.3"], "lambda-cache-macros": ["1.2.30"]}) == CRATES[1:]


def test_nothing_is_published_if_all_crates_are(publish: Any) -> None:
    assert publish({crate: ["1.2.3"] for crate in CRATES}) == []
