"""What the repository says of itself: versions, commands, licences."""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
PAGES = [
    *sorted(REPOSITORY.glob("*.md")),
    *sorted(REPOSITORY.glob("docs/**/*.md")),
    *sorted(REPOSITORY.glob("examples/**/*.md")),
]

VERSION = importlib.metadata.version("lambda-cache")


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+):", (REPOSITORY / "Makefile").read_text(), re.M))


def test_the_wheel_the_crates_and_the_changelog_have_one_version() -> None:
    workspace = (REPOSITORY / "Cargo.toml").read_text()
    assert set(re.findall(r'^version = "(.*)"$|^lambda-cache.*version = "(.*)" }$', workspace, re.M)) == {
        (VERSION, ""),
        ("", VERSION),
    }
    assert f"\n## [{VERSION}] - " in (REPOSITORY / "CHANGELOG.md").read_text()


@pytest.mark.parametrize("lock", ["Cargo.lock", "bench/rust/Cargo.lock", "fuzz/Cargo.lock"])
def test_a_lock_file_has_the_version(lock: str) -> None:
    packages = (REPOSITORY / lock).read_text().split("\n[[package]]\n")
    ours = [package for package in packages[1:] if '\nsource = "' not in package]  # crates of this repository
    versions = set(re.findall(r'^version = "(.*)"$', "\n".join(ours), re.M)) - {"0.0.0"}  # which is never published
    assert versions == {VERSION}


def test_a_page_that_names_a_version_names_this_one() -> None:
    pages = [path for path in PAGES if path.name != "CHANGELOG.md"] + sorted(REPOSITORY.glob(".github/**/*.yml"))
    named = {
        (str(page.relative_to(REPOSITORY)), version)
        for page in pages
        for version in re.findall(r"\blambda[-_]cache(?:-layer)?[- ](\d+\.\d+\.\d+)", page.read_text())
    }
    assert named == {("docs/packaging.md", VERSION), (".github/ISSUE_TEMPLATE/bug.yml", VERSION)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_make_command_in_a_page_is_there(page: Path) -> None:
    named = set(re.findall(r"`make ([a-z0-9-]+)|^make (?:-C \S+ )?([a-z0-9-]+)", page.read_text(), re.M))
    assert {first or second for first, second in named} <= make_targets()


def test_make_help_tells_every_command_that_a_page_names() -> None:
    told = set(re.findall(r"^([a-z0-9-]+):.*## ", (REPOSITORY / "Makefile").read_text(), re.M))
    named = {name for page in PAGES for name in re.findall(r"`make ([a-z0-9-]+)", page.read_text())}
    assert named - told <= {"tools"}


def test_the_wheel_has_both_licences() -> None:
    files = importlib.metadata.files("lambda-cache") or []
    assert {"LICENSE-MIT", "LICENSE-APACHE"} <= {file.name for file in files}
