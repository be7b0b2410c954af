"""Runs a program in a separate process and measures its cost."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_LINES_OF_ERROR = 15
_MOST_SECONDS = 900.0
"""No program takes nearly so long; one that hangs must not take the others along."""


class ChildError(Exception):
    """The measured program failed; the message has the end of its standard error."""


@dataclass(frozen=True)
class Outcome:
    """The outcome of a program."""

    answer: dict[str, Any]
    """The JSON object that it printed."""
    cpu_seconds: float
    """User and system time of the whole process, from its start to its exit."""


def run(command: Sequence[str], environment: Mapping[str, str], folder: Path, is_json: bool = True) -> Outcome:
    """Run it in `folder` and wait for its end; `is_json` says that it prints an object."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=errors
        )
        deadline = threading.Timer(_MOST_SECONDS, process.kill)
        deadline.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        finally:
            deadline.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            last_words = "\n".join(errors.read().splitlines()[-_LINES_OF_ERROR:])
            shown = " ".join(command)
            raise ChildError(f"`{shown}` ended with {process.returncode}:\n{last_words}")
        return Outcome(json.loads(output.read()) if is_json else {}, usage.ru_utime + usage.ru_stime)
