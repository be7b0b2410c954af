"""Builds the Rust programs that the tests run."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[1]


def programs() -> dict[str, Path]:
    """Every binary and example of the workspace, by name, built if need be.

    All at once, because cargo then takes the same features of every crate as `cargo test --workspace` does, and
    compiles none of them again.
    """
    command = ("cargo", "build", "--locked", "--quiet", "--workspace", "--bins", "--examples")
    built = subprocess.run(
        (*command, "--message-format=json-render-diagnostics"),
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        check=True,
    )
    messages: list[dict[str, Any]] = [json.loads(line) for line in built.stdout.splitlines()]
    return {message["target"]["name"]: Path(message["executable"]) for message in messages if message.get("executable")}
