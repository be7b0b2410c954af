"""The speed of a download beside boto3's `download_file`, on a fast link and on one that is slow by connection."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_cache import clear, s3

from tests.s3_servers.checks import MIB, Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from tests.s3_servers.servers import Running

_LONGEST_SECONDS = 60.0


def ratio(one: Running, folder: Path, size_bytes: int, runs: int, *, slow: bool) -> tuple[float, float]:
    """Returns how many times as fast as boto3 lambda_cache is, and the median of its seconds."""
    with one.configured(LAMBDA_CACHE_DIR=str(folder), LAMBDA_CACHE_READ_TIMEOUT_IN_SECONDS="60",
                        LAMBDA_CACHE_CALL_TIMEOUT_IN_SECONDS="600"):  # fmt: skip
        trial = Trial(one, folder)
        _put(trial, size_bytes)
        if not slow:
            return _compare(trial, one.url, size_bytes, runs)
        with _slow_link(one.url) as url:
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


def _compare(trial: Trial, url: str, size_bytes: int, runs: int) -> tuple[float, float]:
    client = trial.server.client(url)
    theirs_path, ours_path = trial.folder / "theirs", trial.folder / "ours"

    def theirs() -> None:
        client.download_file(trial.bucket, "object", str(theirs_path))

    def ours() -> None:
        s3.get_entry(f"s3://{trial.bucket}/object", 0, "ours")

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
    return statistics.median(theirs / ours for ours, theirs in pairs), statistics.median(ours for ours, _ in pairs)


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
