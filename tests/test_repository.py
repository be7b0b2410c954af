"""The version and the licences of the wheel, the crates and the lock files, and the imports of the library."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]

VERSION = importlib.metadata.version("lambda-cache")


def test_wheel_crates_and_changelog_have_one_version() -> None:
    workspace = (REPOSITORY / "Cargo.toml").read_text()
    assert set(re.findall(r'^version = "(.*)"$|^lambda-cache.*version = "=?(.*)" }$', workspace, re.M)) == {
        (VERSION, ""),
        ("", VERSION),
    }
    assert f"\n## [{VERSION}] - " in (REPOSITORY / "CHANGELOG.md").read_text()


@pytest.mark.parametrize("lock", ["Cargo.lock", "bench/rust/Cargo.lock", "tests/fuzz/Cargo.lock"])
def test_lock_file_has_the_version(lock: str) -> None:
    packages = (REPOSITORY / lock).read_text().split("\n[[package]]\n")
    ours = [package for package in packages[1:] if '\nsource = "' not in package]  # crates of this repository
    versions = set(re.findall(r'^version = "(.*)"$', "\n".join(ours), re.M)) - {"0.0.0"}  # which is never published
    assert versions == {VERSION}


def test_wheel_has_both_licences() -> None:
    files = importlib.metadata.files("lambda-cache") or []
    assert {"LICENSE-MIT", "LICENSE-APACHE"} <= {file.name for file in files}


def test_folders_of_the_library_do_not_import_in_a_circle() -> None:
    checked = subprocess.run(
        [sys.executable, REPOSITORY / "scripts" / "import_circles.py"], capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout
    assert "engine     imports error, runtime\n" in checked.stdout, "the engine knows nothing of AWS"


def test_the_readme_s_links_are_absolute_and_lead_to_files() -> None:
    # PyPI and crates.io show the README where a relative link leads nowhere. `scripts/address.sh` sets the address.
    links = re.findall(r"\]\(([^)\s]+)\)", (REPOSITORY / "README.md").read_text())
    own = [re.fullmatch(r"https://[^ ]*/lambda-cache/(?:blob/)?main/([^#]+)(?:#.*)?", link) for link in links]
    assert {link for link, match in zip(links, own, strict=True) if match is None} == {"https://rustup.rs"}
    assert [match[1] for match in own if match and not (REPOSITORY / match[1]).is_file()] == []
