"""The workflows, which run on GitHub and not here: what is released was tested, and can be released a second time.

Their scripts run here, with programs of ours in the place of those that would reach the network.
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
RUNTIMES = [runtime.removeprefix("python") for runtime in layer.RUNTIMES]


CRATES = ["lambda-cache-names", "lambda-cache-macros", "lambda-cache"]
"""Those that are published, each after those that it needs."""


def workflow(name: str) -> Any:
    return yaml.safe_load((REPOSITORY / ".github" / "workflows" / f"{name}.yml").read_text())


def commands(job: Any) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def needed(jobs: Any, job: str) -> set[str]:
    """The jobs that have succeeded before this one begins."""
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


# ===== What is tested =====


def test_the_wheels_are_tested_on_each_python_of_lambda_and_both_architectures(jobs: Any) -> None:
    assert jobs["test"]["strategy"]["matrix"] == {
        "python": RUNTIMES,
        "architecture": sorted(layer.ARCHITECTURES.values(), reverse=True),
    }
    built = [each["architecture"] for each in jobs["build"]["strategy"]["matrix"]["include"]]
    assert built == jobs["test"]["strategy"]["matrix"]["architecture"]


def test_each_push_is_tested_on_each_python_of_lambda_and_on_arm64() -> None:
    test = workflow("ci")["jobs"]["test"]
    assert test["runs-on"] == "${{ matrix.runner }}"
    matrix = test["strategy"]["matrix"]
    assert matrix["python"] == RUNTIMES
    assert [each["runner"] for each in matrix["include"]] == ["ubuntu-24.04-arm"]


def test_no_test_of_a_release_builds_the_wheel_that_it_tests(jobs: Any) -> None:
    (tested,) = (run for run in commands(jobs["test"]) if " -m pytest " in run)
    build = {
        path.name
        for path in REPOSITORY.glob("tests/test_*.py")
        if path != Path(__file__) and re.search(r"\bNewcomer\(|\bMATURIN_", path.read_text())
    }
    assert set(re.findall(r'--ignore "\$PWD/tests/(\w+\.py)"', tested)) == build
    assert re.search(r"^sha256sum dist/\* >built\n.* -m pytest .*^sha256sum --check .*built$", tested, re.M | re.S)


@pytest.mark.parametrize("published", ["pypi", "crates", "github"])
def test_nothing_is_published_that_was_not_tested_and_attested(jobs: Any, published: str) -> None:
    everything = {name for name, job in jobs.items() if "bash .ci/run" in commands(job)}
    assert len(everything) == 1
    assert {"build", "test", "attest"} | everything <= needed(jobs, published)
    assert everything <= needed(jobs, "attest")


def test_the_layer_is_tried_by_the_python_that_lambda_starts(jobs: Any) -> None:
    (tried,) = (run for run in commands(jobs["test"]) if "docker run" in run)
    assert "--entrypoint /var/lang/bin/python3 " in tried


def test_what_is_too_long_for_a_developer_is_tried_by_the_hosted_ci() -> None:
    tried = {name: "\n".join(commands(job)) for name, job in workflow("ci")["jobs"].items()}
    assert "-m scripts.rust_packages" in tried["templates"]
    assert "pre-commit run --all-files" in tried["pre-commit"]
    assert "make tools" in tried["pre-commit"]  # which the hooks run


def test_the_pages_still_have_the_commands_that_make_a_package_of_a_rust_function() -> None:
    asked = "cargo lambda build --release --output-format zip\n"
    assert "cargo lambda build --release --bin rust-function " in rust_packages.commands_of_the_example()
    assert rust_packages.page_of_the_newcomer().count(asked) == 1
    assert "cargo lambda watch" not in rust_packages.page_of_the_newcomer()


@pytest.mark.parametrize(
    ("name", "mode", "head", "fits"),
    [
        ("bootstrap", 0o755, b"\x7fELF", True),
        ("bootstrap", 0o644, b"\x7fELF", False),
        ("bootstrap", 0o755, b"#!/b", False),
        ("rust-function", 0o755, b"\x7fELF", False),
    ],
)
def test_a_package_without_a_program_for_lambda_is_found(
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


# ===== What is released =====


def test_all_files_of_a_release_go_into_one_folder(jobs: Any, tmp_path: Path) -> None:
    names: list[str] = []
    for machine, architecture in layer.ARCHITECTURES.items():
        dist = tmp_path / architecture / "dist"
        dist.mkdir(parents=True)
        wheel = f"lambda_cache-1.2.3-cp310-abi3-manylinux2014_{machine}.manylinux_2_17_{machine}.whl"
        for name in (wheel, f"lambda-cache-layer-1.2.3-{architecture}.zip", "lambda_cache-1.2.3.tar.gz"):
            (dist / name).touch()
        for step in jobs["build"]["steps"]:
            condition = re.fullmatch(r"matrix\.architecture != '(\w+)'", step.get("if", ""))
            if condition is not None and condition[1] != architecture:
                assert bash(f"cd '{dist.parent}'\n{step['run']}").returncode == 0
        names += [path.name for path in dist.iterdir()]
    assert len(names) == len(set(names)) == 5


def test_a_job_may_write_only_what_it_is_for(jobs: Any) -> None:
    assert workflow("release")["permissions"] == {"contents": "read"}
    may_write = {
        name: {what for what, how in job.get("permissions", {}).items() if how == "write"} for name, job in jobs.items()
    }
    assert may_write == {
        "build": set(),
        "everything": set(),
        "test": set(),
        "attest": {"id-token", "attestations"},
        "pypi": {"id-token"},
        "crates": {"id-token"},
        "github": {"contents"},
    }


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


def test_a_release_says_what_the_changelog_says_of_it(tmp_path: Path) -> None:
    said = notes(CHANGELOG.format(day="2026-01-31"), tmp_path)
    assert (said.returncode, said.stdout.strip()) == (0, "### Added\n\n- This.")


@pytest.mark.parametrize("day", ["not released yet", "2026-01", "2026-01-31?"])
def test_what_has_no_day_in_the_changelog_is_not_released(day: str, tmp_path: Path) -> None:
    said = notes(CHANGELOG.format(day=day), tmp_path)
    assert said.returncode == 1
    assert '"## [1.2.3] - "' in said.stderr


def test_the_day_is_asked_for_before_anything_is_built_and_the_notes_are_taken(jobs: Any) -> None:
    asked = 'scripts/notes.sh "${GITHUB_REF_NAME#v}"'
    before_anything = commands(jobs["build"])[0].splitlines()
    assert asked in before_anything
    (released,) = (run for run in commands(jobs["github"]) if "gh release create" in run)
    assert f"{asked} >notes.md" in released
    assert "--notes-file notes.md" in released


# ===== What is published, and published again after it broke off =====


@pytest.fixture
def publish(tmp_path: Path) -> Any:
    """Runs scripts/publish.sh for 1.2.3; given what crates.io has, returns what cargo is told to publish."""
    programs = tmp_path / "programs"
    programs.mkdir()
    index = tmp_path / "index.crates.io/la/mb"
    index.mkdir(parents=True)
    (programs / "curl").write_text(f'#!/bin/sh\nfor url; do :; done\nexec cat "{tmp_path}/${{url#https://}}"\n')
    (programs / "cargo").write_text(f'#!/bin/sh\necho "$*" >>"{tmp_path}/told"\n')
    for program in programs.iterdir():
        program.chmod(0o755)

    def publish(there: dict[str, list[str]]) -> list[str]:
        for crate, versions in there.items():
            lines = [f'{{"name":"{crate}","vers":"{version}","deps":[]}}\n' for version in versions]
            (index / crate).write_text("".join(lines))
        done = bash(REPOSITORY / "scripts/publish.sh", "1.2.3", PATH=f"{programs}{os.pathsep}{os.environ['PATH']}")
        assert done.returncode == 0, done.stderr
        told = (tmp_path / "told").read_text().splitlines() if (tmp_path / "told").exists() else []
        assert all(line.startswith("publish --locked --package ") for line in told)
        return [line.split()[-1] for line in told]

    return publish


def test_the_crates_are_published_in_the_order_in_which_they_need_each_other(publish: Any, jobs: Any) -> None:
    packed = re.search(r"^crates=\((.*)\)$", (REPOSITORY / "scripts" / "package.sh").read_text(), re.MULTILINE)
    assert packed is not None
    assert [f"crates/{name}" for name in CRATES] == packed[1].split()
    assert publish({}) == CRATES
    assert 'scripts/publish.sh "${GITHUB_REF_NAME#v}"' in commands(jobs["crates"])


def test_a_crate_that_is_there_already_is_not_published_again(publish: Any) -> None:
    assert publish({"lambda-cache-names": ["1.2.2", "1.2.3"], "lambda-cache-macros": ["1.2.30"]}) == CRATES[1:]


def test_nothing_is_published_where_all_is_there(publish: Any) -> None:
    assert publish({crate: ["1.2.3"] for crate in CRATES}) == []


def test_pypi_comes_after_the_crates_and_takes_a_second_try(jobs: Any) -> None:
    assert "crates" in needed(jobs, "pypi")
    (uploaded,) = (step for step in jobs["pypi"]["steps"] if "gh-action-pypi-publish" in step.get("uses", ""))
    assert uploaded["with"]["skip-existing"] is True
