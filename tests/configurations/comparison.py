"""Runs lambda_cache under every case and compares the results with boto3's recordings."""

from __future__ import annotations

from tests.configurations import recording
from tests.configurations.kinds import KINDS
from tests.configurations.running import OURS, Outcome, run_all


def run() -> dict[str, Outcome]:
    """Returns what lambda_cache asked and how it ended, by case."""
    return run_all(KINDS, OURS)


def report() -> tuple[str, int]:
    """Returns every difference from boto3 for people to read, and the number of them."""
    outcomes, theirs = run(), recording.recorded()
    different = [(name, ours) for name, ours in outcomes.items() if ours.lines != theirs.get(name)]
    blocks = [_block(name, theirs.get(name, ()), ours) for name, ours in different]
    return "\n".join([f"{len(different)} of {len(theirs)} differ", "", *blocks]), len(different)


def _block(name: str, theirs: tuple[str, ...], ours: Outcome) -> str:
    lines = [f"## {name}", *(f"  boto3: {line}" for line in theirs), *(f"  ours:  {line}" for line in ours.lines)]
    return "\n".join([*lines, f"         {ours.said[:300]}"] if ours.said else lines)
