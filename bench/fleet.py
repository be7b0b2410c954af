"""`make fleet`: how fleets of execution environments fare against SSM's limit of requests, by their settings.

The simulation is `crates/fleet`; docs/fleets.md describes it. This module builds and shows it.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bench import equipment, notation, report, table
from bench.equipment import PROJECT, TARGET, MissingError

OUTCOMES = TARGET / "fleet.json"
DOCUMENT = PROJECT / "docs" / "fleets.md"
CHARTS = PROJECT / "docs" / "charts"
_BLOCK = re.compile(r"(<!-- make fleet: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_ABSENT = "-"

Outcome = dict[str, Any]
"""The outcome of one fleet, as `crates/fleet/src/outcome.rs` describes it."""


@dataclass(frozen=True)
class Measure:
    """A figure of every fleet: a table."""

    words: str
    of: Callable[[Outcome], float]


def of_all(figure: str) -> Callable[[Outcome], float]:
    """A figure of everything that happened to a fleet."""
    return lambda outcome: outcome["all"][figure]


def of_later(figure: str) -> Callable[[Outcome], float]:
    """A figure of what happened to environments that had had all their values once."""
    return lambda outcome: outcome["later"][figure]


MEASURES = {
    "requests": Measure("requests a second", lambda outcome: outcome["all"]["requests"] / outcome["seconds"]),
    "peak": Measure("requests in the worst second", of_all("peak_second")),
    "refused": Measure("requests that SSM refused, %", of_all("throttled_percent")),
    "refused-refreshes": Measure("the same, of refreshes alone, %", of_later("throttled_percent")),
    "failed": Measure("invocations that got no values, %", of_all("failed_percent")),
    "failed-later": Measure("the same, of environments that had had values, %", of_later("failed_percent")),
    "waited": Measure("invocations that waited for SSM, %", of_all("waited_percent")),
    "mean": Measure("added latency, mean of all invocations, ms", of_all("mean_ms")),
    "p99": Measure("added latency, 99th percentile, ms", of_all("p99_ms")),
    "maximum": Measure("added latency, maximum, ms", of_all("max_ms")),
}
"""By the names that the comments of docs/fleets.md use."""


def main() -> int:
    """The exit code."""
    arguments = _arguments()
    try:
        equipment.cargo("the simulation", "--profile", "fleet", "--package", "fleet")
        print("Simulating: a minute or two.", flush=True)
        command = [str(TARGET / "fleet" / "fleet"), *map(str, arguments.sizes)]
        outcomes = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        for measure in MEASURES.values():
            table.heading(measure.words)
            table.show(*cells(measure, outcomes))
        if arguments.save:
            report.write(OUTCOMES, {"parts": {"fleet": outcomes}})
            DOCUMENT.write_text(filled(DOCUMENT.read_text(), outcomes))
            equipment.draw(OUTCOMES, CHARTS)
    except (MissingError, subprocess.CalledProcessError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def cells(measure: Measure, outcomes: Sequence[Outcome]) -> tuple[list[str], list[list[str]]]:
    """The headings and rows of a table: a row a scenario, a column a size."""
    sizes = sorted({outcome["environments"] for outcome in outcomes})
    rows: dict[str, dict[int, str]] = {}
    for outcome in outcomes:
        rows.setdefault(outcome["scenario"], {})[outcome["environments"]] = _written(measure.of(outcome))
    return (
        ["environments", *(f"{size:,}" for size in sizes)],
        [[scenario, *(row.get(size, _ABSENT) for size in sizes)] for scenario, row in rows.items()],
    )


def _written(value: float) -> str:
    """Counts and milliseconds as they are; of the rest what can be seen."""
    if isinstance(value, int):
        return f"{value:,}"
    return "< 0.01" if 0 < value < 0.01 else notation.number(value)


def markdown(measure: Measure, outcomes: Sequence[Outcome]) -> str:
    """Returns the table as Markdown."""
    headings, rows = cells(measure, outcomes)
    lines = [headings, ["---", *("--:" for _ in headings[1:])], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def filled(document: str, outcomes: Sequence[Outcome]) -> str:
    """The document with these figures in its tables."""
    return _BLOCK.sub(lambda match: f"{match[1]}\n{markdown(MEASURES[match[2]], outcomes)}\n{match[3]}", document)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fleet", description="Simulate fleets against SSM's limit of requests.")
    parser.add_argument("--sizes", type=_sizes, default=(), metavar="SIZES", help="other sizes: 50,500")
    shown = ", ".join(str(path.relative_to(PROJECT)) for path in (DOCUMENT, CHARTS))
    parser.add_argument("--save", action="store_true", help=f"write {shown} too: they are in the repository")
    arguments = parser.parse_args()
    if arguments.save and arguments.sizes:
        parser.error("--save keeps the figures of the usual sizes: leave --sizes out")
    return arguments


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(size) for size in text.split(","))


if __name__ == "__main__":
    sys.exit(main())
