"""boto3's requests and outcomes, by case, in `boto3.json`."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.configurations.kinds import KINDS
from tests.configurations.running import BOTO3, run_all

if TYPE_CHECKING:
    from tests.configurations.case import Kind

_FILE = Path(__file__).with_name("boto3.json")


def record(names: list[str]) -> str:
    """Runs boto3 under the cases of the kinds that are named, or of all, writes the file and returns a summary."""
    kinds = [kind for kind in KINDS if not names or kind.name in names]
    outcomes = {name: outcome.lines for name, outcome in run_all(kinds, BOTO3).items()}
    version = importlib.metadata.version("boto3")
    before = recorded() if names and _FILE.exists() else {}
    digests: dict[str, str] = json.loads(_FILE.read_text())["kinds"] if before else {}
    content = {
        "boto3": version,
        "kinds": digests | {kind.name: _digest(kind) for kind in kinds},
        "cases": {name: outcomes.get(name) or before.get(name, ()) for name in _names()},
    }
    _FILE.write_text(json.dumps(content, indent=0, ensure_ascii=False) + "\n")
    return f"{len(outcomes)} cases under boto3 {version}"


def _names() -> list[str]:
    return [f"{kind.name}/{case.name}" for kind in KINDS for case in kind.cases]


def version() -> str:
    """Returns the version of boto3 that was recorded."""
    return str(json.loads(_FILE.read_text())["boto3"])


def recorded() -> dict[str, tuple[str, ...]]:
    """Returns the recordings by case."""
    return {name: tuple(lines) for name, lines in json.loads(_FILE.read_text())["cases"].items()}


def outdated() -> list[str]:
    """Returns the kinds whose tables changed since they were recorded."""
    kinds = json.loads(_FILE.read_text())["kinds"]
    return [kind.name for kind in KINDS if kinds.get(kind.name) != _digest(kind)]


def _digest(kind: Kind) -> str:
    return hashlib.sha256(repr((kind.env, kind.cases)).encode()).hexdigest()[:16]
