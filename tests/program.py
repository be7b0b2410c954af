"""Runs a program of tests/programs in a separate interpreter, for actions that would harm the test process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PROGRAMS = Path(__file__).parent / "programs"


def start(name: str, *arguments: str, flags: tuple[str, ...] = ("-I",)) -> subprocess.Popen[str]:
    """Starts the program with this process's environment; `-I` keeps the repository off its path."""
    return subprocess.Popen(
        [sys.executable, *flags, str(PROGRAMS / f"{name}.py"), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(program: subprocess.Popen[str], timeout_seconds: float = 60) -> Any:
    """Returns the program's JSON output. Fails with its standard error if it ended with an error."""
    try:
        output, errors = program.communicate(timeout=timeout_seconds)
    except subprocess.TimeoutExpired:
        program.kill()
        output, errors = program.communicate()
        raise AssertionError(f"the program hung\n{output}\n{errors}") from None
    assert program.returncode == 0, errors
    assert errors == ""
    return json.loads(output)


def run(name: str, *arguments: str, flags: tuple[str, ...] = ("-I",)) -> Any:
    """Runs the program and returns its output."""
    return finish(start(name, *arguments, flags=flags))
