"""`python -m lambda_cache`, as a user runs it: in the folder of a function, from the installed wheel."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

PAGE = Path(__file__).parents[1] / "docs" / "iam.md"


_NAMES = "custom, refresh_on_error, s3, secrets_manager, ssm"


@dataclass(frozen=True)
class Ended:
    """The outcome of a command."""

    code: int
    out: str
    err: str


def app(folder: Path, source: str, name: str = "app.py", first: str = "") -> None:
    """Writes a function's module. Its first line has the imports; the source begins in the second."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{first or 'pass'}; from lambda_cache import {_NAMES}\n{dedent(source)}")


def run(folder: Path, *arguments: str) -> Ended:
    """Runs the command with this process's environment."""
    with begin(folder, *arguments) as process:
        out, err = process.communicate(timeout=60)
    return Ended(process.returncode, out, err)


@contextmanager
def begin(folder: Path, *arguments: str, out: int = subprocess.PIPE) -> Generator[subprocess.Popen[str]]:
    """The command, begun; killed where it does not end in the block."""
    command = [sys.executable, "-m", "lambda_cache", *arguments]
    with subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def block(language: str, position: int = 0) -> str:
    """A fenced block of docs/iam.md."""
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    return found[position]
