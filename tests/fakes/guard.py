"""Runs a command for a parent that may die. When standard input ends, the command and its children are interrupted.

The parent holds the other end of that pipe and never writes to it, so the end of input means that the parent has
closed it or died, however it died. Not to be interrupted for this, the guard itself belongs into a session of its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

_GRACE_SECONDS = 10.0


def main() -> int:
    """Run the command that the arguments are; its exit code."""
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, start_new_session=True)
    threading.Thread(target=_end_with_input, args=(process,), daemon=True).start()
    return process.wait()


def _end_with_input(process: subprocess.Popen[bytes]) -> None:
    sys.stdin.read()
    with suppress(ProcessLookupError):  # it has ended, and with it all that it started
        os.killpg(process.pid, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_SECONDS)
        os.killpg(process.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
