"""A short soak, and tests of its leak check."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests import leak_check
from tests.cargo import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SOAK = REPOSITORY / "scripts" / "soak.py"
MIB = 1 << 20


@pytest.mark.usefixtures("rust_programs")  # so that they are built before the time counts
def test_short_soak_leaves_nothing_behind() -> None:
    soak = subprocess.run(
        [sys.executable, SOAK, "20000"],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert soak.returncode == 0, soak.stdout + soak.stderr
    assert soak.stderr == ""
    assert "20,000 invocations" in soak.stdout


# ===== What would be found =====


def memory(stack: ExitStack, folder: Path, held: list[object]) -> None:
    held.append(b"x" * (2 * MIB))  # more than a test process has had and given back


def descriptors(stack: ExitStack, folder: Path, held: list[object]) -> None:
    stack.enter_context(open("/dev/null", "rb"))  # noqa: PTH123, SIM115 - the stack closes it


def threads(stack: ExitStack, folder: Path, held: list[object]) -> None:
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    stack.callback(thread.join)
    stack.callback(over.set)


def files(stack: ExitStack, folder: Path, held: list[object]) -> None:
    (folder / f"file{len(list(folder.iterdir()))}").write_bytes(bytes(MIB // 8))


@pytest.mark.parametrize(
    ("leak", "what"),
    [(memory, "resident_bytes"), (descriptors, "descriptors"), (threads, "threads"), (files, "folder_bytes")],
)
def test_a_leak_is_found(folder: Path, leak: Callable[[ExitStack, Path, list[object]], None], what: str) -> None:
    samples: list[leak_check.Sample] = []
    held: list[object] = []
    with ExitStack() as stack:
        for _ in range(25):
            leak(stack, folder, held)
            samples.append(leak_check.sample(folder))
    assert [line.partition(":")[0] for line in leak_check.grown(samples)] == [what]


def test_level_memory_after_warm_up_is_not_a_leak() -> None:
    warming_up = [leak_check.Sample(number * MIB, number, number, number * MIB) for number in range(10)]
    level = [leak_check.Sample(10 * MIB, 10, 10, 10 * MIB)] * 40
    assert leak_check.grown(warming_up + level) == []


def test_too_few_samples_are_an_error() -> None:
    with pytest.raises(ValueError, match="too few"):
        leak_check.grown([leak_check.Sample(0, 0, 0, 0)] * 4)
