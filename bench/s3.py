"""A large S3 object into a file: throughput, CPU and memory, on loopback and on links like those to S3."""

from __future__ import annotations

from bench import notation, table
from bench.contenders import LOOP, NOTHING, ORIGINAL, OURS, Contender
from bench.figures import paired_ratio, spread
from bench.run import Result, Run

TITLE = "S3: a large object into a file, over TLS"
CONTENDERS = (OURS, ORIGINAL, LOOP)
LINK_BYTES_PER_SECOND = 90 * notation.MB
LINK_FIRST_BYTE_MILLISECONDS = 15
URI = "s3://bench/large"

Samples = dict[str, list[dict[str, float]]]


def minutes(full: bool) -> float:
    """Returns the time limit in minutes."""
    return 2.5 if full else 0.6


def measure(run: Run) -> Result:
    """Unthrottled, on links, and ours in several sizes."""
    run.fill()
    size = run.either(256, 512) * notation.MIB
    bare = download(run, NOTHING, 0)["peak_bytes"]
    run.server.put_object_of_size(URI, size)
    unthrottled = _measured(run, size, run.either(5, 11))
    _show(f"{notation.size(size)}, unthrottled", unthrottled, size, bare)
    run.server.link(LINK_BYTES_PER_SECOND, LINK_FIRST_BYTE_MILLISECONDS)
    throttled = _measured(run, size, run.either(3, 7))
    run.server.link()
    _show(f"{notation.size(size)}, links of 90 MB/s", throttled, size, bare)
    table.note("A link is a connection; its first byte comes after 15 ms.")
    peaks = _peaks(run, bare)
    figures = {
        "s3-throttled": _ratio(throttled, "seconds", ORIGINAL, OURS),
        "s3-unthrottled": _ratio(unthrottled, "seconds", ORIGINAL, OURS),
        "s3-loop": _ratio(unthrottled, "seconds", LOOP, OURS),
        "s3-cpu-original": _ratio(unthrottled, "cpu_seconds", OURS, ORIGINAL),
        "s3-cpu-loop": _ratio(unthrottled, "cpu_seconds", OURS, LOOP),
        "s3-memory": max(_memory_ratio(samples, bare) for samples in (unthrottled, throttled)),
        "s3-memory-flat": max(peaks.values()) / min(peaks.values()),
    }
    raw = {
        "bytes": size,
        "bare_peak_bytes": bare,
        "unthrottled": unthrottled,
        "throttled": throttled,
        "peak_bytes_over_bare_by_size": {str(count): peak for count, peak in peaks.items()},
    }
    return Result(raw, figures)


def download(run: Run, contender: Contender, size: int, uri: str = URI) -> dict[str, float]:
    """Downloads once in a separate process, and removes the file."""
    sample: dict[str, float] = run.program(contender, "download", uri, str(size)).answer
    for path in run.folder.iterdir():
        if path.is_file():
            path.unlink()
    return sample


def _measured(run: Run, size: int, rounds: int) -> Samples:
    samples: Samples = {}
    for contender in run.rounds(CONTENDERS, rounds):
        samples.setdefault(contender.key, []).append(download(run, contender, size))
    return samples


def _show(words: str, samples: Samples, size: int, bare: float) -> None:
    rows: list[list[str]] = []
    for one in CONTENDERS:
        rate = spread([size / notation.MB / sample["seconds"] for sample in samples[one.key]])
        cpu = spread([sample["cpu_seconds"] / size * 1000 * notation.MB for sample in samples[one.key]])
        peak = spread([(sample["peak_bytes"] - bare) / notation.MIB for sample in samples[one.key]])
        speed = "" if one is OURS else f"{notation.number(_ratio(samples, 'seconds', one, OURS))}x"
        rows.append(
            [
                one.title,
                notation.number(rate.median),
                f"{notation.number(rate.least)} - {notation.number(rate.most)}",
                speed,
                notation.number(cpu.median),
                notation.number(peak.median),
            ]
        )
    table.show([words, "MB/s", "least - most", "ours is", "CPU s/GB", "MiB over bare"], rows)


def _peaks(run: Run, bare: float) -> dict[int, float]:
    """Returns lambda-cache's peak memory over a bare interpreter, by the object's size."""
    sizes = [1, 16, 128, 1024, 4096] if run.full else [1, 16, 128]
    peaks: dict[int, float] = {}
    for size in (count * notation.MIB for count in sizes):
        run.server.put_object_of_size(URI, size)
        peaks[size] = download(run, OURS, size)["peak_bytes"] - bare
    table.show(
        ["ours", *(notation.size(size) for size in peaks)],
        [["MiB over bare", *(notation.number(peak / notation.MIB) for peak in peaks.values())]],
    )
    return peaks


def _ratio(samples: Samples, of: str, one: Contender, other: Contender) -> float:
    """One over the other, round by round."""
    return paired_ratio(
        [sample[of] for sample in samples[one.key]], [sample[of] for sample in samples[other.key]]
    ).median


def _memory_ratio(samples: Samples, bare: float) -> float:
    over = {key: [sample["peak_bytes"] - bare for sample in some] for key, some in samples.items()}
    return paired_ratio(over[OURS.key], over[ORIGINAL.key]).median
