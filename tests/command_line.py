"""`python -m lambda_cache`, as a user runs it: in the folder of a function, from the installed wheel."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

PAGE = Path(__file__).parents[1] / "docs" / "iam.md"


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


def app(folder: Path, source: str, name: str = "app.py") -> None:
    """Writes a function's module."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"from lambda_cache import custom, refresh_on_error, s3, secrets_manager, ssm\n{dedent(source)}")


def run(folder: Path, *arguments: str) -> Ended:
    """Runs the command with this process's environment."""
    ended = subprocess.run(
        [sys.executable, "-m", "lambda_cache", *arguments], cwd=folder, capture_output=True, text=True, timeout=60
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def block(language: str, position: int = 0) -> str:
    """A fenced block of docs/iam.md."""
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    return found[position]
