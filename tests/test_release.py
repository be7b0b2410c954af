"""The workflow that releases, which runs on a tag and not before: it releases what is tested, where it is tested."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import layer

REPOSITORY = Path(__file__).parents[1]
RUNTIMES = [runtime.removeprefix("python") for runtime in layer.RUNTIMES]


def workflow(name: str) -> Any:
    return yaml.safe_load((REPOSITORY / ".github" / "workflows" / f"{name}.yml").read_text())


@pytest.fixture(scope="module")
def jobs() -> Any:
    return workflow("release")["jobs"]


def test_the_wheels_are_tested_on_each_python_of_lambda_and_both_architectures(jobs: Any) -> None:
    assert jobs["test"]["strategy"]["matrix"] == {
        "python": RUNTIMES,
        "architecture": sorted(layer.ARCHITECTURES.values(), reverse=True),
    }
    built = [each["architecture"] for each in jobs["build"]["strategy"]["matrix"]["include"]]
    assert built == jobs["test"]["strategy"]["matrix"]["architecture"]
    assert workflow("ci")["jobs"]["test"]["strategy"]["matrix"]["python"] == RUNTIMES


@pytest.mark.parametrize("published", ["pypi", "crates", "github"])
def test_nothing_is_published_that_was_not_tested_and_attested(jobs: Any, published: str) -> None:
    before: set[str] = set()
    waiting = [published]
    while waiting:
        needs = jobs[waiting.pop()].get("needs", [])
        waiting += [needs] if isinstance(needs, str) else needs
        before.update(waiting)
    assert {"build", "test", "attest"} <= before


def test_a_job_may_write_only_what_it_is_for(jobs: Any) -> None:
    assert workflow("release")["permissions"] == {"contents": "read"}
    may_write = {
        name: {what for what, how in job.get("permissions", {}).items() if how == "write"} for name, job in jobs.items()
    }
    assert may_write == {
        "build": set(),
        "test": set(),
        "attest": {"id-token", "attestations"},
        "pypi": {"id-token"},
        "crates": {"id-token"},
        "github": {"contents"},
    }


def test_the_crates_are_published_in_the_order_in_which_they_need_each_other(jobs: Any) -> None:
    (commands,) = (step["run"] for step in jobs["crates"]["steps"] if "cargo publish" in step.get("run", ""))
    published = re.findall(r"--package (\S+)", commands)
    packed = re.search(r"^crates=\((.*)\)$", (REPOSITORY / "scripts" / "package.sh").read_text(), re.MULTILINE)
    assert packed is not None
    assert [f"crates/{name}" for name in published] == packed[1].split()
