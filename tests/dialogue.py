"""Talks with a program of tests/programs: lines go in, lines of JSON come out."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from typing import TYPE_CHECKING, Any

from tests.program import PROGRAMS

if TYPE_CHECKING:
    from collections.abc import Sequence

_HANGS_AFTER_SECONDS = 60


class Dialogue:
    """A context manager: the program in a separate interpreter, killed when the block ends."""

    def __init__(
        self,
        name: str,
        environment: dict[str, str] | None = None,
        arguments: Sequence[str] = (),
        under: Sequence[str] = (),
    ) -> None:
        """With this process's environment, or with the given one alone, and under another command if need be.

        `-I` keeps the repository off its path.
        """
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - open as long as the program runs
        self.process = subprocess.Popen(
            [*under, sys.executable, "-I", str(PROGRAMS / f"{name}.py"), *arguments],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def __enter__(self) -> Dialogue:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._log.close()

    def kill(self) -> None:
        """Kills it, and waits until nothing is left of it."""
        self.process.kill()
        self.process.communicate()

    def say(self, line: str) -> None:
        """Sends a line."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def hear(self) -> Any:
        """The next line, read as JSON; it fails with the program's own words where none comes."""
        assert self.process.stdout is not None
        watchdog = threading.Timer(_HANGS_AFTER_SECONDS, self.process.kill)
        watchdog.start()
        line = self.process.stdout.readline()
        watchdog.cancel()
        assert line, f"it hung or ended:\n{self.log()}"
        return json.loads(line)

    def log(self) -> str:
        """Returns its standard error so far."""
        self._log.seek(0)
        return self._log.read()
