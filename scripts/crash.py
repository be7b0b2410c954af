"""Kills processes in the middle of S3 downloads, hundreds of times, and checks the files that they leave.

    crash.py [ROUNDS]

Exits with 1 and prints the problem if a file is wrong.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from tests import cargo
from tests.crashes import Crashes
from tests.fakes.fault_server import FaultServer

SEED = 20261124


def main() -> int:
    """Kill, look and report; the exit code."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    program = cargo.programs()["fault-server"]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, FaultServer(program) as server:
        os.environ.update(server.environment(), LAMBDA_CACHE_DIR=folder)
        crashes = Crashes(server, Path(folder), SEED)
        crashes.run(rounds)
        waited_seconds = crashes.stop_one()
    for what, times in crashes.counts.items():
        print(f"{times:>6,} {what}")
    print(f"{crashes.longest_recovery_seconds:>6.2f} s until a download after a kill had succeeded, at the longest")
    print(f"{waited_seconds:>6.2f} s until a process gave up waiting for another one that was stopped")
    print(f"{crashes.most_bytes / (1 << 20):>6.2f} MiB in the folder, at the most")
    for problem in crashes.problems:
        print(f"WRONG: {problem}")
    print(f"{len(crashes.problems)} things were wrong; {time.monotonic() - began:.0f} s")
    return 1 if crashes.problems else 0


if __name__ == "__main__":
    sys.exit(main())
