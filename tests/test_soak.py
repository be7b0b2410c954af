"""A short soak, and tests of its leak check."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests import leak_check, program
from tests.cargo import REPOSITORY

if TYPE_CHECKING:
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


# ===== The leak check =====


@pytest.mark.parametrize(
    ("leak", "found"),
    [
        ("memory", "resident_bytes"),
        ("descriptors", "descriptors"),
        ("threads", "threads"),
        ("files", "folder_bytes"),
        ("nothing", None),
    ],
)
def test_a_leak_is_found(folder: Path, leak: str, found: str | None) -> None:
    # In a separate process, because a test process gives back what earlier tests took.
    assert program.run("leak", leak, str(folder)) == ([found] if found else [])


def test_level_memory_after_warm_up_is_not_a_leak() -> None:
    warming_up = [leak_check.Sample(number * MIB, number, number, number * MIB) for number in range(10)]
    level = [leak_check.Sample(10 * MIB, 10, 10, 10 * MIB)] * 40
    assert leak_check.grown(warming_up + level) == []


def test_too_few_samples_are_an_error() -> None:
    with pytest.raises(ValueError, match="too few"):
        leak_check.grown([leak_check.Sample(0, 0, 0, 0)] * 4)
