"""Every figure that is to be reached, and whether a measured one reaches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from bench import notation


class Verdict(Enum):
    """The verdict on a target."""

    MET = "met"
    MISSED = "MISSED"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Target:
    """A figure and its limit."""

    key: str
    section: str
    """The part of the run that measures it, as `--only` names it."""
    what: str
    limit: float
    at_least: bool = False
    """Whether more is better."""
    unit: str = ""
    is_fraction: bool = False
    """Whether people say it as 1/50."""

    def verdict(self, value: float | None, limit: float | None = None) -> Verdict:
        """Whether a measured value keeps the limit; `limit` replaces one that depends on the machine."""
        if value is None:
            return Verdict.NOT_MEASURED
        bound = self.limit if limit is None else limit
        return Verdict.MET if (value >= bound if self.at_least else value <= bound) else Verdict.MISSED

    def wanted(self, limit: float | None = None) -> str:
        """The limit in words."""
        bound = self.limit if limit is None else limit
        text = f"1/{1 / bound:.3g}" if self.is_fraction else f"{bound:.3g}{self.unit}"
        return f"{'at least' if self.at_least else 'at most'} {text}"

    def write(self, value: float) -> str:
        """A measured value; one that is nearly at the limit with the digits that decide."""
        if self.is_fraction:
            return notation.fraction(value)
        is_close = value != self.limit and notation.number(value) == notation.number(self.limit)
        return f"{value:.5g}{self.unit}" if is_close else f"{notation.number(value)}{self.unit}"


COLD = {"parameter": "one parameter", "secret": "one secret", "object": "one S3 object", "stacked": "all three stacked"}
_COLD = tuple(
    target
    for what, words in COLD.items()
    for target in (
        Target(f"cold-cpu-{what}", "cold", f"cold start, CPU over the original's: {words}", 1 / 50, is_fraction=True),
        Target(
            f"cold-memory-{what}",
            "cold",
            f"cold start, peak memory over the original's: {words}",
            1 / 5,
            is_fraction=True,
        ),
    )
)

TARGETS = (
    *_COLD,
    Target("warm-one", "warm", "warm call over the original's: one decorator", 1 / 8, is_fraction=True),
    Target("warm-three", "warm", "warm call over the original's: three stacked", 1 / 20, is_fraction=True),
    Target("refresh", "refresh", "refresh of five stacked, server at 20 ms", 1.3, unit=" round trips"),
    Target("refresh-connections", "refresh", "connections opened by refreshes after the first", 0),
    Target("s3-throttled", "s3", "S3, links of 90 MB/s: throughput over the original's", 1.7, at_least=True, unit="x"),
    Target("s3-unthrottled", "s3", "S3, unthrottled: throughput over the original's", 1.5, at_least=True, unit="x"),
    Target("s3-loop", "s3", "S3, unthrottled: throughput over a get_object loop's", 0.8, at_least=True, unit="x"),
    Target("s3-cpu-original", "s3", "S3, unthrottled: CPU per GB over the original's", 0.5, unit="x"),
    Target("s3-cpu-loop", "s3", "S3, unthrottled: CPU per GB over a get_object loop's", 1.15, unit="x"),
    Target("s3-memory", "s3", "S3: peak memory over the original's", 1 / 5, is_fraction=True),
    Target("s3-memory-flat", "s3", "S3: most over least peak memory, from 1 MiB up", 1.5, unit="x"),
    Target("rust-first", "rust", "Rust, first call: CPU over the SDK's with its defaults", 1 / 8, is_fraction=True),
    Target("rust-hit", "rust", "Rust, a hit", 15, unit=" ns"),
    Target("rust-hit-moka", "rust", "Rust, a hit over moka's", 1 / 5, is_fraction=True),
    Target("rust-hit-caching", "rust", "Rust, a hit over aws_secretsmanager_caching's", 1 / 5, is_fraction=True),
    Target(
        "rust-threads",
        "rust",
        "Rust, hits on all cores over those of one thread, per core",
        0.8,
        at_least=True,
        unit="x",
    ),
    Target(
        "rust-threads-beyond",
        "rust",
        "Rust, hits with more threads than cores over those on all cores",
        0.9,
        at_least=True,
        unit="x",
    ),
    Target("agent-start", "agent", "agent, start and first answer: CPU over the provider's", 1 / 4, is_fraction=True),
    Target("agent-memory", "agent", "agent, peak memory over the provider's", 1 / 2, is_fraction=True),
    Target("agent-size", "agent", "agent, zipped, over the provider's", 1 / 2, is_fraction=True),
    Target("agent-hit", "agent", "agent, a hit at one connection over the provider's", 0.9, unit="x"),
    Target("agent-request", "agent", "agent, CPU of a request at 64 connections over the provider's", 2 / 3, unit="x"),
    Target("agent-cold", "agent", "agent, requests to AWS of 64 cold clients", 1),
    Target("agent-ready", "agent", "agent, CPU until the port is open", 5, unit=" ms"),
    Target("size-wheel", "sizes", "the wheel", 3.5, unit=" MB"),
    Target("size-extension", "sizes", "the extension", 7, unit=" MB"),
    Target("size-example", "sizes", "the Rust example's binary", 8, unit=" MB"),
)


def judged(figures: Mapping[str, float], limits: Mapping[str, float]) -> list[tuple[Target, float | None, Verdict]]:
    """Returns each target with its measured value. `limits` replaces limits that depend on the machine."""
    unknown = {*figures, *limits} - {target.key for target in TARGETS}
    if unknown:
        raise ValueError(f"no target is called {', '.join(sorted(unknown))}")
    return [
        (target, figures.get(target.key), target.verdict(figures.get(target.key), limits.get(target.key)))
        for target in TARGETS
    ]
