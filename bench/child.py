"""A program in a process of its own, and what it cost."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_LINES_OF_ERROR = 15


class ChildError(Exception):
    """A program did not do what is measured; its last words are in the message."""


@dataclass(frozen=True)
class Outcome:
    """How a program went."""

    answer: dict[str, Any]
    """The JSON object that it printed; empty if it printed nothing."""
    cpu_seconds: float
    """User and system time of the whole process, from its start to its exit."""


def run(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Outcome:
    """Run it in `folder` and wait for its end."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=errors
        )
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            last_words = "\n".join(errors.read().splitlines()[-_LINES_OF_ERROR:])
            shown = " ".join(command)
            raise ChildError(f"`{shown}` ended with {process.returncode}:\n{last_words}")
        text = output.read()
        return Outcome(json.loads(text) if text.strip() else {}, usage.ru_utime + usage.ru_stime)
