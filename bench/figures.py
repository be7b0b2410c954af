"""Medians, ratios and spreads of figures that were measured round by round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True)
class Spread:
    """A quantity of several rounds."""

    median: float
    least: float
    most: float


def spread(values: Sequence[float]) -> Spread:
    """Returns the median and the extremes of at least one value."""
    return Spread(median(values), min(values), max(values))


def paired_ratio(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Ours over theirs, round by round, so that what befell the machine in a round befell both."""
    return spread([one / other for one, other in zip(ours, theirs, strict=True)])


def rotated(contenders: Sequence[_T], rounds: int) -> Iterator[list[_T]]:
    """The order of each round: everyone once, each round another one first."""
    for number in range(rounds):
        first = number % len(contenders)
        yield [*contenders[first:], *contenders[:first]]
