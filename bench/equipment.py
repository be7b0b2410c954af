"""The equipment of a run, set up below target/bench/ at the first time: peers, server, chart tools."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.contenders import Installation

PROJECT = Path(__file__).parents[1]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", PROJECT / "target"))
FOLDER = PROJECT / "target" / "bench"


class MissingError(Exception):
    """Something could not be set up; the message says what to do."""


@dataclass(frozen=True)
class Equipment:
    """The paths of the equipment."""

    pythons: dict[Installation, Path]
    fault_server: Path


def set_up() -> Equipment:
    """Everything that every part of a run needs."""
    ours = PROJECT / ".test-venv" / "bin" / "python"
    if not ours.exists():
        raise MissingError("the wheel is not installed in .test-venv/: run this as `make bench`")
    peers = environment("peers", PROJECT / "bench" / "requirements-peers.txt")
    cargo("the server", "--profile", "usual", "--package", "fault-server")
    return Equipment({"ours": ours, "peers": peers}, TARGET / "usual" / "fault-server")


def environment(name: str, requirements: Path) -> Path:
    """The Python of a virtual environment with what the file lists, made unless it is there."""
    folder = FOLDER / name
    python = folder / "bin" / "python"
    stamp = folder / "requirements"
    # A virtual environment belongs to one Python and one place.
    wanted = f"{sys.version}\n{folder}\n{requirements.read_text()}"
    if stamp.exists() and stamp.read_text() == wanted and python.exists():
        return python
    print(f"Installing what {requirements.relative_to(PROJECT)} lists ...", flush=True)
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements)
    for command in ((sys.executable, "-m", "venv", "--clear", folder), pip):
        if subprocess.run(command, check=False).returncode:
            raise MissingError(f"{requirements.name} could not be installed: pip says why above; try again online")
    stamp.write_text(wanted)
    return python


def cargo(what: str, *arguments: str) -> None:
    """Builds a target; cargo decides which crates to compile again."""
    print(f"Building {what} ...", flush=True)
    command = ("cargo", "build", "--locked", "--quiet", *arguments)
    if subprocess.run(command, cwd=PROJECT, check=False).returncode:
        raise MissingError(f"{what} could not be built: cargo says why above")


def draw(results: Path, folder: Path) -> None:
    """Draw the charts of a file of results, in a process that has what draws them."""
    python = environment("charts", PROJECT / "bench" / "requirements-charts.txt")
    command = (python, "-m", "bench.charts", results, folder)
    if subprocess.run(command, cwd=PROJECT, check=False).returncode:
        raise MissingError("the charts could not be drawn: the reason is above; the figures are written all the same")
