"""Rust: the first call beside the SDK with its defaults, hits beside other caches, threads and entries."""

from __future__ import annotations

from typing import Any

from bench import child, equipment, notation, table
from bench.figures import paired_ratio, rotated, spread
from bench.resources import PARAMETER
from bench.run import Result, Run
from tests.fakes.environment import without_aws

TITLE = "Rust: CPU of a process that fetches one parameter; hits beside other caches"
OURS, DEFAULTS = "first-ours", "first-defaults"
PROGRAMS = (OURS, DEFAULTS, "hits")
TITLES = {
    OURS: "lambda-cache",
    DEFAULTS: "the SDK with its defaults",
    "lookup": "lambda-cache, an entry by reference",
    "attribute_1": "lambda-cache, an attribute (over a bare async fn)",
    "attribute_3": "lambda-cache, three attributes (the same)",
    "get_entry": "lambda-cache, get_entry (the same)",
    "moka": "moka",
    "quick_cache": "quick_cache and Instant",
    "rw_lock": "RwLock<HashMap> and Instant",
    "aws_secretsmanager_caching": "aws_secretsmanager_caching (the same)",
    "instant_now": "Instant::now() alone",
    "coarse_clock_pair": "two coarse clocks alone",
}
INSTANT_NANOSECONDS = 23.0
"""What `Instant::now()` costs on the machine that the target of a hit was set for."""
HIT_NANOSECONDS = 15.0
_TARGET = equipment.TARGET / "bench" / "rust"


def minutes(full: bool) -> float:
    """Returns the time limit in minutes, without the build."""
    return 4.5 if full else 0.8


def build() -> None:
    """Build the programs of bench/rust/, each by itself so that each has its own features."""
    manifest = equipment.PROJECT / "bench" / "rust" / "Cargo.toml"
    where = ("--release", "--manifest-path", str(manifest), "--target-dir", str(_TARGET))
    for name in PROGRAMS:
        equipment.cargo(name, *where, "--package", name)


def measure(run: Run) -> Result:
    """First calls in turn, then `hits`, which takes turns by itself."""
    programs = {name: str(_TARGET / "release" / name) for name in PROGRAMS}
    run.fill()
    first = _first(run, programs)
    command = [programs["hits"], *([] if run.full else ["--quick"])]
    hits = child.run(command, without_aws(), run.folder).answer
    _show_hits(hits)
    least = {name: one["min_ns"] for name, one in hits["hit"].items()}
    caching = hits["hit"]["aws_secretsmanager_caching"]
    caching = caching.get("over_bare", caching)
    per_core, beyond = scaling(hits, "lookup")
    figures = {
        "rust-first": paired_ratio(first[OURS], first[DEFAULTS]).median,
        "rust-hit": least["lookup"],
        "rust-hit-moka": least["lookup"] / least["moka"],
        "rust-hit-caching": least["lookup"] / caching["min_ns"],
        "rust-threads": per_core,
    }
    if beyond is not None:
        figures["rust-threads-beyond"] = beyond
    limit = HIT_NANOSECONDS * least["instant_now"] / INSTANT_NANOSECONDS
    return Result({"first_cpu_seconds": first, "hits": hits}, figures, {"rust-hit": limit})


def _first(run: Run, programs: dict[str, str]) -> dict[str, list[float]]:
    """CPU seconds of whole processes, in turn."""
    # The SDK's defaults read the machine's certificates, or what this names.
    environment = run.environment() | {"SSL_CERT_FILE": str(run.bundle)}
    seconds: dict[str, list[float]] = {}
    for order in rotated((OURS, DEFAULTS), run.either(15, 101)):
        for name in order:
            taken = child.run([programs[name], PARAMETER], environment, run.folder, is_json=False).cpu_seconds
            seconds.setdefault(name, []).append(taken)
    rows: list[list[str]] = []
    for name, every in seconds.items():
        of = spread([one * 1000 for one in every])
        rows.append([TITLES[name], *(notation.number(one) for one in (of.median, of.least, of.most))])
    ratio = paired_ratio(seconds[OURS], seconds[DEFAULTS])
    table.show(["one GetParameter, CPU of the process", "ms", "least", "most"], rows)
    written = [notation.fraction(one) for one in (ratio.median, ratio.least, ratio.most)]
    table.note(f"Ours is {written[0]} ({written[1]} to {written[2]} in the rounds).")
    return seconds


def _show_hits(hits: dict[str, Any]) -> None:
    rows: list[list[str]] = []
    for name, words in TITLES.items():
        measured = hits["hit"].get(name)
        if measured:
            one = measured.get("over_bare", measured)
            rows.append([words, *(notation.number(one[part]) for part in ("min_ns", "median_ns", "p90_ns"))])
    table.show(["a hit, ns", "least", "median", "90 %"], rows)
    counts = [one["threads"] for one in hits["threads"]]
    rows = [
        [TITLES[name], *(notation.number(one[name]["reads_per_second"] / notation.MB) for one in hits["threads"])]
        for name in TITLES
        if name in hits["threads"][0]
    ]
    table.show(["hits, millions a second, by threads", *(str(count) for count in counts)], rows)
    rows = [
        [TITLES[name], *(notation.number(one[name]["min_ns"]) for one in hits["entries"])]
        for name in TITLES
        if name in hits["entries"][0]
    ]
    table.show(["a hit, least ns, by entries", *(f"{one['entries']:,}" for one in hits["entries"])], rows)
    table.note("Counted instructions, which noise cannot move: `make instructions`.")


def scaling(hits: dict[str, Any], name: str) -> tuple[float, float | None]:
    """Hits on all cores over those of one thread, per core; and the fewest beyond over those on all cores."""
    rates = {one["threads"]: one[name]["best_reads_per_second"] for one in hits["threads"]}
    cores = min(hits["cores"], max(rates))
    beyond = [rate for threads, rate in rates.items() if threads > cores]
    return rates[cores] / rates[1] / cores, min(beyond) / rates[cores] if beyond else None
