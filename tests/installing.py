"""Installs built packages as a user would, and runs them in an interpreter that sees nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[1]
DIST = REPOSITORY / "dist"
PROGRAM = Path(__file__).parent / "programs" / "supplied.py"


def built(pattern: str) -> Path:
    """The one file of dist/ that is called so."""
    (path,) = DIST.glob(pattern)
    return path


def new_environment(folder: Path) -> Path:
    """The Python of a new virtual environment that has nothing in it, not even pip."""
    venv.create(folder, symlinks=True)
    return folder / "bin" / "python"


def pip(*arguments: str | Path, python: Path = Path(sys.executable), **environment: str) -> None:
    """Runs the tools' pip for a Python; it has no index to ask."""
    command = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", *arguments]
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def fetch(python: Path, *flags: str, **environment: str) -> Any:
    """Returns a handler's value and the package's folder, in a fresh interpreter with this environment alone."""
    done = subprocess.run(
        [python, *flags, PROGRAM], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)
