"""Soaks the installed wheel: a million invocations with faults, forks, threads and signals, and a check for leaks.

    soak.py [INVOCATIONS]

Exits with 1 and says what grew if memory, descriptors, threads or files do not stay level after a warm-up.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import tempfile
import time
import warnings
from pathlib import Path

from lambda_cache import testing

from tests import cargo, leak_check
from tests.fakes.fault_server import FaultServer
from tests.soak import Soak, changing, put_everything

# The C library spreads threads over several heaps, which grow and shrink by a megabyte by themselves. One is level.
ONE_HEAP = {"MALLOC_ARENA_MAX": "1"}
SAMPLES = 100
SEED = 20261124


class Counting(logging.Handler):
    """Counts what the library logs: each time that it serves a value which it could not refresh."""

    def __init__(self) -> None:
        super().__init__()
        self.records = 0

    def emit(self, record: logging.LogRecord) -> None:
        """One more."""
        self.records += 1


def main() -> int:
    """Soak and report; the exit code."""
    invocations = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    warnings.simplefilter("ignore", DeprecationWarning)  # of forks in a process that had threads
    stale = Counting()
    logging.getLogger("lambda_cache").addHandler(stale)
    logging.getLogger("lambda_cache").propagate = False
    with tempfile.TemporaryDirectory() as folder, FaultServer(cargo.programs()["fault-server"]) as server:
        os.environ.update(server.environment(), LAMBDA_CACHE_DIR=folder, AWS_MAX_ATTEMPTS="1")
        put_everything(server)
        with testing.time() as clock, Soak(server, clock, SEED) as soak:
            soak.warm_up()
            before = server.counts()
            samples: list[leak_check.Sample] = []
            began = time.monotonic()
            for _ in range(SAMPLES):
                soak.run(invocations // SAMPLES)
                gc.collect()
                samples.append(leak_check.sample(Path(folder)))
            seconds = time.monotonic() - began
        after = server.counts()
    grown = leak_check.grown(samples)
    requests = {
        "requests to AWS": after["requests"] - before["requests"],
        "those of evicted parameters": changing(after["resources"]) - changing(before["resources"]),
    }
    print_report(soak, samples, requests, stale.records, seconds)
    for what in grown:
        print(f"GREW: {what}")
    return 1 if grown else 0


def print_report(
    soak: Soak, samples: list[leak_check.Sample], requests: dict[str, int], stale: int, seconds: float
) -> None:
    """Prints the counts and the resources."""
    for what, times in soak.done.items():
        print(f"{what:<34}{times:>10,}")
    for what, times in requests.items():
        print(f"{what:<34}{times:>10,}")
    print(f"{'stale values served':<34}{stale:>10,}")
    print(f"{'faults of the server':<34}{soak.armed.total():>10,}   {in_words(soak.armed)}")
    print(f"{'errors':<34}{soak.errors.total():>10,}   {in_words(soak.errors)}")
    print(f"\n{'':<34}{'first':>10}{'last':>10}{'most':>10}")
    for what in vars(samples[0]):
        values: list[int] = [getattr(sample, what) for sample in samples]
        is_bytes = what.endswith("_bytes")
        shown = [
            f"{value / (1 << 20):.2f}" if is_bytes else str(value)
            for value in (*values[:: len(values) - 1], max(values))
        ]
        label = what.replace("_bytes", ", MiB").replace("_", " ")
        print(f"{label:<34}{shown[0]:>10}{shown[1]:>10}{shown[2]:>10}")
    tenths = [f"{sample.resident_bytes / (1 << 20):.1f}" for sample in samples[:: len(samples) // 10]]
    print(f"resident, MiB, over time: {' '.join(tenths)}")
    done = soak.done["invocations"]
    print(f"\n{done:,} invocations in {seconds:.1f} s: {done / seconds:,.0f} a second")


def in_words(counts: dict[str, int]) -> str:
    """Each count with its name, the most frequent first."""
    return ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items(), key=lambda item: -item[1]))


if __name__ == "__main__":
    if not os.environ.keys() >= ONE_HEAP.keys():  # it is read when a process starts
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | ONE_HEAP)
    sys.exit(main())
