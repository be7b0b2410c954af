"""The source distribution: the wheel was built from it, and pip can do the same."""

from __future__ import annotations

import filecmp
import os
import platform
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import lambda_cache
import pytest

from scripts import source
from tests import installing

# `scripts/wheel.sh` unpacked it there; what Cargo compiled for the wheel serves pip too.
UNPACKED = installing.REPOSITORY / "target" / "wheel" / "source"
TARGET = f"{platform.machine()}-unknown-linux-gnu"
CRATES = (
    "fault-server",
    "lambda-cache",
    "lambda-cache-macros",
    "lambda-cache-names",
    "lambda-cache-python",
    "python-guard",
    "workspace-hack",
)


@pytest.fixture(scope="module")
def archive() -> Path:
    return installing.built("lambda_cache-*.tar.gz")


def files(archive: Path) -> set[PurePosixPath]:
    """Below the archive's only folder."""
    with tarfile.open(archive) as distribution:
        paths = [PurePosixPath(member.name) for member in distribution if member.isfile()]
    assert {path.parts[0] for path in paths} == {f"lambda_cache-{lambda_cache.__version__}"}
    return {PurePosixPath(*path.parts[1:]) for path in paths}


def test_it_has_what_the_build_needs_and_no_tests(archive: Path) -> None:
    paths = files(archive)
    outside_of_folders = {str(path) for path in paths if len(path.parts) == 1}
    licences = {"LICENSE-APACHE", "LICENSE-MIT"}
    assert outside_of_folders == licences | {"Cargo.lock", "Cargo.toml", "PKG-INFO", "README.md", "pyproject.toml"}
    assert {path.parts[:2] for path in paths if len(path.parts) > 1} == {
        *(("crates", name) for name in CRATES),
        ("python", "lambda_cache"),
    }
    assert {path.suffix for path in paths} == {"", ".lock", ".toml", ".md", ".rs", ".py", ".pyi", ".typed"}
    assert [path for path in paths if "tests" in path.parts] == []


def test_pip_builds_a_wheel_of_it_that_works(archive: Path, tmp_path: Path) -> None:
    # Cargo goes by times, which are all old in the archive: it is of the very content that was compiled.
    source.unpack(archive, tmp_path / "unpacked")
    # All but the lock file, from which Cargo takes the crates that are not here.
    names = [str(path) for path in files(archive) if path.name != "Cargo.lock"]
    assert filecmp.cmpfiles(tmp_path / "unpacked", UNPACKED, names, shallow=False) == (names, [], [])

    build("wheel", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path / "wheels", archive)
    (wheel,) = (tmp_path / "wheels").iterdir()
    with zipfile.ZipFile(wheel) as pips, zipfile.ZipFile(installing.built("lambda_cache-*.whl")) as ours:
        extension = "lambda_cache/_native.abi3.so"
        assert pips.read(extension) == ours.read(extension)
    python = installing.new_environment(tmp_path / "environment")
    installing.pip("install", "--no-index", wheel, python=python)
    assert installing.fetch(python, "-I")["value"] == "x"


def build(*arguments: str | Path) -> None:
    """Runs pip as `scripts/wheel.sh` runs maturin, so that nothing has to be compiled again."""
    tools = installing.REPOSITORY / ".venv" / "bin"
    environment = {
        **os.environ,
        "PATH": f"{tools}:{os.environ['PATH']}",
        "MATURIN_PEP517_ARGS": f"--target {TARGET} --interpreter {tools / 'python'}",
    }
    script = f'source scripts/zig/environment.sh {TARGET}; exec "$@"'
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script, "bash", sys.executable, "-m", "pip", *arguments],
        cwd=installing.REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def test_unpacking_again_writes_only_changed_files(tmp_path: Path) -> None:
    folder = tmp_path / "unpacked"

    def pack(name: str, content: dict[str, str]) -> Path:
        packed = tmp_path / f"{name}.tar"
        with tarfile.open(packed, "w") as distribution:
            for path, text in content.items():
                (tmp_path / "file").write_text(text)
                distribution.add(tmp_path / "file", f"project-1.0/{path}")
        return packed

    source.unpack(pack("first", {"same": "a", "folder/changed": "b", "folder/gone": "c"}), folder)
    long_ago = 1_000_000_000
    for path in ("same", "folder/changed"):
        os.utime(folder / path, (long_ago, long_ago))
    source.unpack(pack("second", {"same": "a", "folder/changed": "d", "folder/new": "e"}), folder)
    assert {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()} == {
        "same": "a",
        "folder/changed": "d",
        "folder/new": "e",
    }
    assert (folder / "same").stat().st_mtime == long_ago
    assert (folder / "folder" / "changed").stat().st_mtime > long_ago
