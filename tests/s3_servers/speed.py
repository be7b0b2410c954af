"""The speed of a download beside boto3's `download_file`, on a fast link and on one that is slow by connection."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_cache import clear, s3

from tests.s3_servers.checks import MIB, Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from tests.s3_servers.servers import Running

_LONGEST_SECONDS = 60.0
_PEAK = """
import sys
from lambda_cache import s3
s3.get_entry(sys.argv[1], 0, "peak")
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@dataclass(frozen=True)
class Speed:
    """The medians of several downloads."""

    times: float
    """How many times as fast as boto3 lambda_cache is."""
    seconds: float
    theirs: float
    peak_mib: int
    """The peak memory of a process that downloads once with lambda_cache, with its interpreter."""


def measure(one: Running, folder: Path, size_bytes: int, runs: int, *, slow: bool) -> Speed:
    """Returns the speed with an object of this size."""
    trial = Trial(one, folder)
    _put(trial, size_bytes)
    with _slow_link(one.url) if slow else nullcontext(one.url) as url:
        return _compare(trial, url, size_bytes, runs)


def _put(trial: Trial, size_bytes: int) -> None:
    from boto3.s3.transfer import TransferConfig

    source = trial.folder / "source"
    with source.open("wb") as file:
        for _ in range(0, size_bytes, 8 * MIB):
            file.write(os.urandom(min(8 * MIB, size_bytes)))
    # In parts of 8 MiB, because the time for one request grows with the square of its size in ministack.
    sequential = TransferConfig(use_threads=False)
    trial.client.upload_file(str(source), trial.bucket, "object", Config=sequential)
    source.unlink()


def _compare(trial: Trial, url: str, size_bytes: int, runs: int) -> Speed:
    client = trial.server.client(url)
    theirs_path, ours_path = trial.folder / "theirs", trial.folder / "ours"
    uri = f"s3://{trial.bucket}/object"

    def theirs() -> None:
        client.download_file(trial.bucket, "object", str(theirs_path))

    def ours() -> None:
        s3.get_entry(uri, 0, "ours")

    with trial.server.configured(url, LAMBDA_CACHE_DIR=str(trial.folder), LAMBDA_CACHE_READ_TIMEOUT_IN_SECONDS="60",
                                 LAMBDA_CACHE_CALL_TIMEOUT_IN_SECONDS="600"):  # fmt: skip
        clear()
        pairs: list[tuple[float, float]] = []
        for act in (theirs, ours):
            act()  # each warms up
        began = time.monotonic()
        while len(pairs) < runs and (not pairs or time.monotonic() - began < _LONGEST_SECONDS):
            first, second = (theirs, ours) if len(pairs) % 2 else (ours, theirs)
            times = {first: _seconds(first), second: _seconds(second)}
            assert ours_path.stat().st_size == theirs_path.stat().st_size == size_bytes
            pairs.append((times[ours], times[theirs]))
        ours_path.unlink()
        theirs_path.unlink()
        peak = subprocess.run([sys.executable, "-c", _PEAK, uri], check=True, capture_output=True, text=True).stdout
    return Speed(
        times=statistics.median(theirs / ours for ours, theirs in pairs),
        seconds=statistics.median(ours for ours, _ in pairs),
        theirs=statistics.median(theirs for _, theirs in pairs),
        peak_mib=int(peak) // 1024,
    )


def _seconds(act: Callable[[], None]) -> float:
    os.sync()  # what was written before is not waited for during the measurement
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


@contextmanager
def _slow_link(url: str) -> Generator[str]:
    """Runs a relay to `url` in a separate process, so that it shares no interpreter with either client."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.s3_servers.slow_link", url]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as relay:
        assert relay.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(relay.stdout.readline())}"
        finally:
            relay.terminate()
