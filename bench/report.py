"""The end of a run: every figure beside its target, and the raw figures as JSON."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from bench import table
from bench.run import Result
from bench.targets import Verdict, judged


def show(results: Mapping[str, Result], parts: Collection[str]) -> None:
    """One table of the targets of these parts, whether they could be measured or not."""
    figures, limits = merged(results)
    rows: list[list[str]] = []
    counts = dict.fromkeys(Verdict, 0)
    for target, value, verdict in judged(figures, limits):
        if target.section not in parts:
            continue
        counts[verdict] += 1
        wanted = target.wanted(limits.get(target.key))
        rows.append([target.what, "-" if value is None else target.write(value), wanted, verdict.value])
    table.heading("every figure beside its target")
    print()
    lines = table.lines(["figure", "measured", "target", ""], rows)
    colours = {Verdict.MET.value: table.good, Verdict.MISSED.value: table.bad, Verdict.NOT_MEASURED.value: table.dim}
    print(f"  {lines[0]}")
    for line, row in zip(lines[1:], rows, strict=True):
        print(f"  {colours[row[-1]](line)}")
    print(f"\n  {', '.join(f'{count} {verdict.value}' for verdict, count in counts.items() if count)}", flush=True)


def merged(results: Mapping[str, Result]) -> tuple[dict[str, float], dict[str, float]]:
    """The figures and limits of all parts."""
    figures: dict[str, float] = {}
    limits: dict[str, float] = {}
    for result in results.values():
        figures |= result.figures
        limits |= result.limits
    return figures, limits


def document(machine: Mapping[str, str], form: str, results: Mapping[str, Result]) -> dict[str, Any]:
    """All that was measured, as it is written to a file."""
    figures, limits = merged(results)
    targets = [
        {
            "figure": target.key,
            "what": target.what,
            "measured": value,
            "target": target.wanted(limits.get(target.key)),
            "verdict": verdict.value,
        }
        for target, value, verdict in judged(figures, limits)
    ]
    return {
        "machine": dict(machine),
        "form": form,
        "targets": targets,
        "parts": {name: result.raw for name, result in results.items()},
    }


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Write it, making the folder if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")
