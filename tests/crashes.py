"""Kills processes in the middle of downloads, at random moments, and checks the files that they leave."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tests.controlled_process import ControlledProcess

if TYPE_CHECKING:
    from tests.fakes.fault_server import FaultServer

URI = "s3://bucket/object"
SIZES = (256 * 1024, 2 * 1024 * 1024)
LARGE_SIZES = (17 * 1024 * 1024, 18 * 1024 * 1024)
"""Fetched in parts, into a file that has its size from the beginning."""
EACH_SO_MANY_IS_LARGE = 5
PIECE_BYTES = 32 * 1024
MILLISECONDS_BETWEEN_PIECES = 2
LONGEST_LIFE_SECONDS = 0.2
LONGEST_RECOVERY_SECONDS = 5.0
"""A process must not wait for a dead one. A download on a busy machine takes a small part of this."""
MOST_BYTES = 2 * LARGE_SIZES[1] + 64 * 1024
"""A file, a download of another file, and the package's small files."""


def content(version: int, size: int) -> bytes:
    """A text that says its version and its length, again and again."""
    line = f"{version:08} {size:08}\n".encode()
    return (line * (size // len(line) + 1))[:size]


def version_of(text: bytes) -> int | None:
    """The version that a text says; None if it is not whole."""
    try:
        version, size = (int(word) for word in text[:17].split())
    except ValueError:
        return None
    return version if text == content(version, size) else None


class Crashes:
    """Rounds of killed downloads: their counts and the problems found."""

    def __init__(self, server: FaultServer, folder: Path, seed: int) -> None:
        """`folder` is the one that the environment names; the environment's AWS is `server`."""
        self.counts: Counter[str] = Counter()
        self.problems: list[str] = []
        self.longest_recovery_seconds = 0.0
        self.most_bytes = 0
        self._server = server
        self._folder = folder
        self._dice = random.Random(seed)
        self._version = 0

    def run(self, rounds: int) -> None:
        """So many kills; in every second one another process waits for the one that is killed."""
        self._put()
        with ControlledProcess() as survivor:
            for number in range(rounds):
                self._round(survivor if number % 2 else None)
        with self._recover():
            pass  # it has looked at what the last kill left

    def stop_one(self) -> float:
        """Stops a process in the middle of a download; how many seconds another one waited for it."""
        self._put()
        self._be_slow()
        with ControlledProcess() as stopped, ControlledProcess() as waiting:
            stopped.tell("get", s3Uri=URI, max_age_in_seconds=0)
            for _ in range(10_000):
                if self._parts():
                    break
                time.sleep(0.001)
            stopped.process.send_signal(signal.SIGSTOP)
            answer = waiting.ask("get", s3Uri=URI, max_age_in_seconds=0)
            if answer.get("error") != "UnavailableError" or "is it stopped?" not in answer["message"]:
                self.problems.append(f"waiting for a process that was stopped gave {answer}")
        self.counts["processes that were stopped while another one waited"] += 1
        self._server.clear_faults(URI)
        with self._recover():
            return float(answer["seconds"])

    def _round(self, waiting: ControlledProcess | None) -> None:
        self._server.clear_faults(URI)
        with self._recover() as victim:
            self._put()
            self._be_slow()
            victim.tell("get for ever", s3Uri=URI, max_age_in_seconds=0)
            time.sleep(self._dice.uniform(0, LONGEST_LIFE_SECONDS))
            if waiting is not None:
                waiting.tell("get", s3Uri=URI, max_age_in_seconds=0)
                time.sleep(self._dice.uniform(0, LONGEST_LIFE_SECONDS / 10))
        self.counts["kills"] += 1
        killed_at = time.monotonic()
        if waiting is None:
            self._look_at_what_is_left()
            return
        answer = waiting.hear()
        self.counts["kills while another process waited or downloaded"] += 1
        self._check_recovery(time.monotonic() - killed_at, answer)

    def _put(self) -> None:
        """The next version, in S3."""
        self._version += 1
        is_large = self._version % EACH_SO_MANY_IS_LARGE == 0
        size = self._dice.randint(*(LARGE_SIZES if is_large else SIZES))
        self._server.put_object(URI, content(self._version, size))

    def _be_slow(self) -> None:
        self._server.fault(URI, "slow-body", "always", bytes=PIECE_BYTES, milliseconds=MILLISECONDS_BETWEEN_PIECES)

    def _look_at_what_is_left(self) -> None:
        version = version_of(self._file().read_bytes())
        parts = self._parts()
        self.counts["kills after which the old file was there"] += version == self._version - 1
        self.counts["kills after which the new file was there"] += version == self._version
        self.counts["kills in the middle of a body: a temporary file was left"] += len(parts) == 1
        if version not in (self._version - 1, self._version):
            self.problems.append(f"after kill {self.counts['kills']} the file was not whole, or too old: {version}")
        if len(parts) > 1:
            self.problems.append(f"after kill {self.counts['kills']} there were {len(parts)} temporary files")
        self._count_bytes()

    def _recover(self) -> ControlledProcess:
        """A new process, which downloads at once and finds the newest version."""
        process = ControlledProcess()
        answer = process.ask("get", s3Uri=URI, max_age_in_seconds=0)
        self._check_recovery(answer["seconds"], answer)
        if parts := self._parts():
            self.problems.append(f"a download after kill {self.counts['kills']} left {parts}")
        return process

    def _check_recovery(self, seconds: float, answer: dict[str, str]) -> None:
        self.longest_recovery_seconds = max(self.longest_recovery_seconds, seconds)
        where = f"the download after kill {self.counts['kills']}"
        if seconds > LONGEST_RECOVERY_SECONDS:
            self.problems.append(f"{where} took {seconds:.1f} s")
        if version_of(answer.get("content", "").encode()) != self._version:
            self.problems.append(f"{where} gave {answer.get('message') or 'another version, or a broken one'}")
        self._count_bytes()

    def _count_bytes(self) -> None:
        taken = sum(path.stat().st_size for path in self._folder.rglob("*") if path.is_file())
        self.most_bytes = max(self.most_bytes, taken)
        if taken > MOST_BYTES:
            self.problems.append(f"after kill {self.counts['kills']} the folder held {taken:,} bytes")

    def _file(self) -> Path:
        return self._folder / "object"

    def _parts(self) -> list[str]:
        return [path.name for path in (self._folder / ".lambda-cache").glob("*.part")]
