"""The growth of cost with entries, an object's size and concurrent invocations. Threads in Rust are in `rust`."""

from __future__ import annotations

from statistics import median
from typing import Any

from bench import notation, resources, s3, table
from bench.contenders import NOTHING, ORIGINAL, OURS
from bench.resources import cold_parameter, many_parameter
from bench.run import Result, Run

TITLE = "growth: entries, sizes of objects, concurrent invocations (Python)"
ENTRIES = (1, 10, 100, 1_000)
CONCURRENT = (1, 2, 4, 8, 16, 32, 64)
KIB = 1 << 10
QUICK_SIZES = (KIB, 16 * KIB, 256 * KIB, 1 << 20, 4 << 20, 16 << 20, 64 << 20, 256 << 20)
FULL_SIZES = (*QUICK_SIZES, 1 << 30, 4 << 30)
COLD_LATENCY_MILLISECONDS = 20
COLD_TIMES = 5
HITS = 64_000

REMARKS = {
    "entries": "A handler's hit and get_entry are flat; a decorator for each entry sets as many attributes.",
    "objects": "Time is a round trip, then linear; memory grows with the connections, a dozen at most.",
    "concurrent": "A cold key takes one request and 20 ms, however many ask. Hits share one interpreter.",
}
"""A line below each table: why the curve is as it is; PERFORMANCE.md says more."""


def minutes(full: bool) -> float:
    """Returns the time limit in minutes."""
    return 1.5 if full else 1


def measure(run: Run) -> Result:
    """Three curves."""
    return Result({"entries": _entries(run), "objects": _objects(run), "concurrent": _concurrent(run)})


def _entries(run: Run) -> dict[str, list[dict[str, float]]]:
    for number in range(max(ENTRIES)):
        run.server.put_parameter(many_parameter(number), "a parameter")
    measured: dict[str, list[dict[str, float]]] = {}
    for _ in range(run.either(1, 5)):
        for count in ENTRIES:
            measured.setdefault(str(count), []).append(run.program(OURS, "entries", str(count)).answer)
    rows = [
        [words, *(notation.number(median(one[form] for one in measured[str(count)])) for count in ENTRIES)]
        for form, words in (
            ("one", "handler with one entry"),
            ("get_entry", "get_entry, each in turn"),
            ("stacked", "handler with a decorator for each"),
        )
    ]
    table.show(["ns over bare, by cached entries", *(f"{count:,}" for count in ENTRIES)], rows)
    table.note(REMARKS["entries"])
    return measured


def _objects(run: Run) -> dict[str, list[dict[str, float]]]:
    run.fill()
    bare = s3.download(run, NOTHING, 0)["peak_bytes"]
    s3.download(run, OURS, len(resources.SEEN["object"]), resources.OBJECT)  # so that no file is read from the disk
    sizes = FULL_SIZES if run.full else QUICK_SIZES
    measured: dict[str, list[dict[str, float]]] = {}
    for size in sizes:
        run.server.put_object_of_size(s3.URI, size)
        samples = [
            s3.download(run, OURS, size) for _ in range(run.either(3, 7) if size <= 16 << 20 else run.either(1, 3))
        ]
        measured[str(size)] = [{**sample, "peak_bytes_over_bare": sample["peak_bytes"] - bare} for sample in samples]
    rows = [
        [
            notation.size(size),
            notation.number(median(one["seconds"] for one in measured[str(size)]) * 1000),
            notation.number(size / notation.MB / median(one["seconds"] for one in measured[str(size)])),
            notation.number(median(one["peak_bytes_over_bare"] for one in measured[str(size)]) / notation.MIB),
        ]
        for size in sizes
    ]
    table.show(["one S3 object", "ms", "MB/s", "MiB over bare"], rows)
    table.note(REMARKS["objects"])
    return measured


def _concurrent(run: Run) -> dict[str, dict[str, dict[str, Any]]]:
    measured: dict[str, dict[str, dict[str, Any]]] = {}
    rows: list[list[str]] = []
    for count in CONCURRENT:
        measured[str(count)] = {}
        for contender in (OURS, ORIGINAL):
            run.server.reset()
            run.fill()
            for name in (cold_parameter(number) for number in range(2 * COLD_TIMES)):
                run.server.put_parameter(name, "a parameter")
                run.server.fault(name, "latency", "always", milliseconds=COLD_LATENCY_MILLISECONDS)
            answer = run.program(contender, "crowd", str(count), str(COLD_TIMES), str(HITS)).answer
            resources = run.server.counts()["resources"]
            answer["requests"] = [resources[cold_parameter(number)] for number in range(COLD_TIMES)]
            measured[str(count)][contender.key] = answer
        ours, original = (measured[str(count)][contender.key] for contender in (OURS, ORIGINAL))
        rows.append(
            [
                str(count),
                *(
                    notation.number(value)
                    for value in (
                        median(ours["cold_threads"]) * 1000,
                        median(ours["requests"]),
                        median(ours["cold_tasks"]) * 1000,
                        median(original["cold_threads"]) * 1000,
                        median(original["requests"]),
                        median(ours["hits_per_second"]) / notation.MB,
                        median(original["hits_per_second"]) / notation.MB,
                    )
                ),
            ]
        )
    headings = ["at once", "cold ms, threads", "requests", "cold ms, tasks", "original: ms", "requests"]
    table.show([*headings, "hits, millions/s", "original's"], rows)
    table.note(REMARKS["concurrent"])
    return measured
