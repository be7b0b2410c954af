"""Cold start: CPU and memory of import, decoration and first call over TLS, inside of the process."""

from __future__ import annotations

from bench import child, notation, table
from bench.contenders import NOTHING, ORIGINAL, OURS, POWERTOOLS, SECRETS_CACHING, SSM_CACHE, Contender
from bench.figures import paired_ratio, spread
from bench.run import Result, Run
from bench.targets import COLD

TITLE = "cold start: import, decoration and first call over TLS, CPU inside of the process"

CONTENDERS = {
    "parameter": (OURS, ORIGINAL, POWERTOOLS, SSM_CACHE),
    "secret": (OURS, ORIGINAL, POWERTOOLS, SECRETS_CACHING),
    "object": (OURS, ORIGINAL),
    "stacked": (OURS, ORIGINAL),
}


def minutes(full: bool) -> float:
    """Returns the time limit in minutes."""
    return 2 if full else 0.7


def measure(run: Run) -> Result:
    """Every contender with everything that it caches, in new processes."""
    run.fill()
    rounds = run.either(5, 31)
    raw: dict[str, dict[str, list[dict[str, float]]]] = {}
    result = Result({"processes": raw})
    for what, contenders in CONTENDERS.items():
        raw[what] = _measured(run, what, contenders, rounds)
        bare = [one["peak_bytes"] for one in raw[what][NOTHING.key]]
        cpu = {one.key: [sample["total"] for sample in raw[what][one.key]] for one in contenders}
        memory = {
            one.key: [sample["peak_bytes"] - other for sample, other in zip(raw[what][one.key], bare, strict=True)]
            for one in contenders
        }
        ratios = {one.key: paired_ratio(cpu[OURS.key], cpu[one.key]) for one in contenders}
        rows: list[list[str]] = []
        for one in contenders:
            parts = [spread([sample[part] for sample in raw[what][one.key]]) for part in ("import", "call", "total")]
            rows.append(
                [
                    one.title,
                    *(notation.number(part.median * 1000) for part in parts),
                    f"{notation.number(parts[2].least * 1000)} - {notation.number(parts[2].most * 1000)}",
                    notation.fraction(ratios[one.key].median) if one is not OURS else "",
                    notation.number(spread(memory[one.key]).median / notation.MIB),
                ]
            )
        table.show([COLD[what], "import ms", "call ms", "CPU ms", "least - most", "ours is", "MiB over bare"], rows)
        result.figures[f"cold-cpu-{what}"] = ratios[ORIGINAL.key].median
        memory_ratio = paired_ratio(memory[OURS.key], memory[ORIGINAL.key])
        result.figures[f"cold-memory-{what}"] = memory_ratio.median
    result.raw["interpreter"] = _interpreter(run, rounds)
    return result


def _measured(run: Run, what: str, contenders: tuple[Contender, ...], rounds: int) -> dict[str, list[dict[str, float]]]:
    samples: dict[str, list[dict[str, float]]] = {}
    for contender in (*contenders, NOTHING):  # so that no contender reads from the disk
        run.program(contender, "cold", what)
    for contender in run.rounds((*contenders, NOTHING), rounds):
        outcome = run.program(contender, "cold", what)
        samples.setdefault(contender.key, []).append(outcome.answer)
    return samples


def _interpreter(run: Run, rounds: int) -> list[float]:
    """CPU of a whole process that does nothing: what Lambda spends before anything of this."""
    command = (str(run.equipment.pythons[OURS.installation]), "-I", "-c", "pass")
    seconds = [child.run(command, run.environment(), run.folder, is_json=False).cpu_seconds for _ in range(rounds)]
    taken = spread(seconds)
    table.note(
        f"A bare interpreter, started and ended: {notation.number(taken.median * 1000)} ms of CPU, not in the above."
    )
    return seconds
