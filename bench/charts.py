# pyright: basic, reportMissingImports=false
"""Draw the charts of a run: `python -m bench.charts RESULTS FOLDER`, with the Python that has matplotlib.

Equal figures give files that are equal to the byte. A chart is as wide as a phone, and has colours for dark mode.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from bench import notation
from bench.cold import CONTENDERS as COLD_CONTENDERS
from bench.contenders import ORIGINAL, OURS
from bench.fleet import of_all
from bench.targets import COLD
from bench.warm import FORMS

_OURS, _OTHERS, _TEXT, _NOTE, _FAINT, _PAPER = "#0b62c4", "#9aa3ad", "#1f2328", "#59636e", "#d8dee4", "#ffffff"
_LINES = (_OURS, "#d1570a", "#2a7d4f", "#7a4fb5", _NOTE)
_IN_DARK_MODE = {
    _OURS: "#6cb0ff",
    _OTHERS: "#737b87",
    _TEXT: "#e2e4e9",
    _NOTE: "#a5adba",
    _FAINT: "#3d4350",
    _PAPER: "#1e2129",
    "#d1570a": "#ff9d5c",
    "#2a7d4f": "#63cb93",
    "#7a4fb5": "#c3a4ff",
}
_INCHES = 5.2
_BAR_INCHES = 0.27
_LEFT = 0.015
_STYLE = {
    "svg.hashsalt": "lambda-cache",
    "svg.fonttype": "none",  # text stays text: small files, searchable, in the reader's own font
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial", "sans-serif"],
    "font.size": 9.3,
    "text.color": _TEXT,
    "axes.labelcolor": _TEXT,
    "axes.edgecolor": _TEXT,
    "xtick.color": _TEXT,
    "ytick.color": _TEXT,
    "axes.facecolor": _PAPER,
    "figure.facecolor": _PAPER,
    "savefig.facecolor": _PAPER,
}


@dataclass(frozen=True)
class Bar:
    """A contender's figure."""

    words: str
    value: float
    is_ours: bool


@dataclass(frozen=True)
class Line:
    """A curve: a figure by size."""

    words: str
    points: Sequence[tuple[float, float]]


def main() -> None:
    """Draw everything that the results have figures for."""
    results, folder = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])
    parts = results["parts"]
    mpl.rcParams.update(_STYLE)
    folder.mkdir(parents=True, exist_ok=True)
    if "fleet" in parts:  # simulated, so no machine has a part in it
        fleet(parts["fleet"], folder)
        return
    machine = results["machine"]
    below = f"{machine['processor']}, {machine['cores']} cores,\nPython {machine['python']}, {machine['date'][:10]}"
    if "cold" in parts:
        bars(
            "CPU time of a cold start: import and first call",
            "ms",
            _cold(parts["cold"]),
            below,
            folder / "cold-start.svg",
        )
    if "warm" in parts:
        bars(
            "A hit: what a warm call adds to the bare handler",
            "ns",
            _warm(parts["warm"]),
            below,
            folder / "hits.svg",
            is_log=True,
        )
    if "growth" in parts:
        growth(parts["growth"], below, folder)
    if "rust" in parts:
        rust(parts["rust"], below, folder)


def _cold(part: dict[str, Any]) -> dict[str, list[Bar]]:
    return {
        COLD[what]: [
            Bar(one.title, median(sample["total"] * 1000 for sample in part["processes"][what][one.key]), one is OURS)
            for one in contenders
        ]
        for what, contenders in COLD_CONTENDERS.items()
    }


def _warm(part: dict[str, Any]) -> dict[str, list[Bar]]:
    return {
        words: [
            Bar(one.title, median(sample["least_over"] for sample in part["processes"][form][one.key]), one is OURS)
            for one in contenders
        ]
        for form, (words, contenders) in FORMS.items()
        if form in ("one", "three", "secret")
    }


def growth(part: dict[str, Any], below: str, folder: Path) -> None:
    """Entries, sizes of objects, concurrent invocations."""
    forms = {
        "one": "handler with one of them",
        "get_entry": "get_entry",
        "stacked": "handler with a decorator for each",
    }
    entries = [
        Line(words, [(int(count), median(one[form] for one in some)) for count, some in part["entries"].items()])
        for form, words in forms.items()
    ]
    lines(
        "A hit by cached entries (Python)",
        "cached entries",
        "ns over the bare handler",
        entries,
        below,
        folder / "growth-entries.svg",
    )
    objects = {int(size): some for size, some in part["objects"].items()}
    lines(
        "One S3 object into a file (Python)",
        "size of the object",
        "ms, and MiB of memory",
        [
            Line("time, ms", [(size, median(one["seconds"] for one in some) * 1000) for size, some in objects.items()]),
            Line(
                "peak memory over a bare interpreter, MiB",
                [
                    (size, median(one["peak_bytes_over_bare"] for one in some) / notation.MIB)
                    for size, some in objects.items()
                ],
            ),
        ],
        below,
        folder / "growth-objects.svg",
        is_size=True,
    )
    concurrent = {int(count): some for count, some in part["concurrent"].items()}
    lines(
        "One cold key, a server that takes 20 ms (Python)",
        "invocations at once",
        "ms until all have it",
        [
            Line(words, [(count, median(some[key][form]) * 1000) for count, some in concurrent.items()])
            for words, key, form in (
                ("lambda-cache, threads", OURS.key, "cold_threads"),
                ("lambda-cache, async tasks", OURS.key, "cold_tasks"),
                ("the original, threads", ORIGINAL.key, "cold_threads"),
            )
        ],
        below,
        folder / "growth-concurrent.svg",
    )


def rust(part: dict[str, Any], below: str, folder: Path) -> None:
    """Hits beside other caches, and by threads."""
    hits = part["hits"]
    names = {
        "lookup": "lambda-cache",
        "attribute_1": "lambda-cache, with an attribute",
        "rw_lock": "RwLock<HashMap> and Instant",
        "moka": "moka",
        "aws_secretsmanager_caching": "aws_secretsmanager_caching",
    }
    figures = {name: hits["hit"][name].get("over_bare", hits["hit"][name])["min_ns"] for name in names}
    every = [Bar(words, figures[name], words.startswith("lambda-cache")) for name, words in names.items()]
    bars("A hit in Rust", "ns", {"one cached value": every}, below, folder / "hits-rust.svg", is_log=True)
    threads = [
        Line(words, [(one["threads"], one[name]["reads_per_second"] / notation.MB) for one in hits["threads"]])
        for name, words in names.items()
        if name in hits["threads"][0] and name != "attribute_1"
    ]
    heading = f"Hits in Rust by threads, on {hits['cores']} cores"
    lines(heading, "threads", "millions a second", threads, below, folder / "growth-threads.svg")


def fleet(outcomes: Sequence[dict[str, Any]], folder: Path) -> None:
    """Draws the invocations of simulated fleets that got no values."""
    names = {
        "all four": "all four",
        "as it comes": "as it comes",
        "all four, max age 10 min": "… max age 10 min",
        "one list": "one list",
        "all four, higher throughput": "… higher throughput",
    }
    failed = of_all("failed_percent")
    points: dict[str, list[tuple[float, float]]] = {scenario: [] for scenario in names}
    for outcome in outcomes:
        if outcome["scenario"] in names and failed(outcome) > 0:
            points[outcome["scenario"]].append((outcome["environments"], failed(outcome)))
    lines(
        "Invocations that get no values",
        "execution environments that start together",
        "% of all invocations",
        [Line(names[scenario], some) for scenario, some in points.items()],
        "Simulated, 40 requests a second.\nWhere a line has not begun, there are none.",
        folder / "fleet-failed.svg",
        has_numbers=False,
    )


def bars(
    heading: str, unit: str, groups: dict[str, list[Bar]], below: str, path: Path, *, is_log: bool = False
) -> None:
    """Horizontal bars in groups, each with its value and, for the others, how many times ours it is."""
    rows = sum(len(group) for group in groups.values()) + 1.2 * len(groups)
    figure = Figure(figsize=(_INCHES, rows * _BAR_INCHES + 1.2))
    axes = figure.add_axes((0.45, 0.65 / figure.get_figheight(), 0.31, 1 - 1.15 / figure.get_figheight()))
    figure.text(_LEFT, 1 - 0.28 / figure.get_figheight(), heading, size=11, weight="bold", va="center")
    place, places, labels = 0.0, [], []
    for words, group in groups.items():
        axes.text(-0.02, place, words, transform=axes.get_yaxis_transform(), ha="right", va="center", weight="bold")
        place += 1
        ours = next(bar.value for bar in group if bar.is_ours)
        for bar in group:
            axes.barh(place, bar.value, height=0.72, color=_OURS if bar.is_ours else _OTHERS, linewidth=0)
            times = "" if bar.is_ours else f"  ({notation.number(bar.value / ours)}x)"
            axes.annotate(
                f"{notation.number(bar.value)} {unit}{times}",
                (bar.value, place),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                weight="bold" if bar.is_ours else "normal",
                bbox={"facecolor": _PAPER, "linewidth": 0, "pad": 1.5},
            )
            places.append(place)
            labels.append(bar.words)
            place += 1
        place += 0.2
    axes.set_yticks(places, labels)
    axes.set_ylim(place - 0.4, -0.7)
    if is_log:
        axes.set_xscale("log")
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xlim(left=min(bar.value for group in groups.values() for bar in group) / 3)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.tick_params(length=0)
    axes.grid(axis="x", color=_FAINT, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    scale = f"{unit}, logarithmic" if is_log else unit
    figure.text(
        _LEFT, 0.2 / figure.get_figheight(), f"{scale}; less is better. {below}", size=8, color=_NOTE, va="center"
    )
    _write(figure, path)


def lines(
    heading: str,
    across: str,
    up: str,
    every: Sequence[Line],
    below: str,
    path: Path,
    *,
    is_size: bool = False,
    has_numbers: bool = True,
) -> None:
    """Curves on logarithmic axes, on which linear growth is a straight line of the slope of the paper's diagonal."""
    inches = 3.5 + 0.2 * len(every)
    figure = Figure(figsize=(_INCHES, inches))
    axes = figure.add_axes((0.19, 0.95 / inches, 0.77, 2 / inches))
    figure.text(_LEFT, 1 - 0.2 / inches, heading, size=11, weight="bold", va="center")
    ends = [max(line.points) for line in every]
    for line, colour, (x, y) in zip(every, _LINES, ends, strict=False):
        points = sorted(line.points)
        axes.plot([one for one, _ in points], [one for _, one in points], color=colour, marker="o", markersize=4)
        if not has_numbers:
            continue
        is_just_below = any(y < other < 2 * y for _, other in ends)
        if is_just_below and any(other < y < 2 * other for _, other in ends):
            continue  # there is no room between two others
        axes.annotate(
            notation.number(y),
            (x, y),
            xytext=(0, -14 if is_just_below else 6),
            textcoords="offset points",
            ha="center",
            color=colour,
        )
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    axes.set_ylim(low / 1.6, high * 1.6)
    ticks = sorted({x for line in every for x, _ in line.points})
    if is_size:
        ticks = ticks[1::2]  # their labels are long
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: notation.size(round(value)) if is_size else f"{value:,.0f}")
    )
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.grid(color=_FAINT, linewidth=0.7)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(
        axes.get_lines(),
        [line.words for line in every],
        loc="upper left",
        bbox_to_anchor=(_LEFT, 1 - 0.33 / inches),
        borderaxespad=0,
        frameon=False,
        fontsize=9,
    )
    figure.text(_LEFT, 0.2 / inches, f"Both axes logarithmic. {below}", size=8, color=_NOTE, va="center")
    _write(figure, path)


def _write(figure: Figure, path: Path) -> None:
    """As SVG, without the date, with the colours of dark mode."""
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None})
    dark = "".join(
        f'[style*="{what}: {light}"]{{{what}:{dark}!important}}'
        for light, dark in _IN_DARK_MODE.items()
        for what in ("fill", "stroke")
    )
    style = f"<style>@media (prefers-color-scheme:dark){{{dark}}}</style></svg>"
    path.write_text(drawn.getvalue().replace("</svg>", style))
    print(f"  {path}")


if __name__ == "__main__":
    main()
