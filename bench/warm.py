"""Warm calls: what a decorated call costs over the undecorated one, when everything is cached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from bench import notation, table
from bench.contenders import ORIGINAL, OURS, POWERTOOLS, SECRETS_CACHING, SSM_CACHE, Contender
from bench.figures import paired_ratio, spread
from bench.run import Result, Run

TITLE = "warm call: nanoseconds over the undecorated call"

FORMS: dict[str, tuple[str, tuple[Contender, ...]]] = {
    "one": ("one parameter", (OURS, ORIGINAL, POWERTOOLS, SSM_CACHE)),
    "three": ("three parameters, stacked", (OURS, ORIGINAL, POWERTOOLS, SSM_CACHE)),
    "secret": ("one secret", (OURS, ORIGINAL, POWERTOOLS, SECRETS_CACHING)),
    "list": ("a StringList", (OURS, ORIGINAL)),
    "dict": ("a dict of three parameters", (OURS, ORIGINAL)),
    "object": ("an S3 object's path", (OURS, ORIGINAL)),
    "async": ("one parameter, async handler", (OURS,)),
    "get_entry": ("get_entry in the handler", (OURS, ORIGINAL)),
}


def minutes(full: bool) -> float:
    """Returns the time limit in minutes."""
    return 2 if full else 0.5


def measure(run: Run) -> Result:
    """Measures every form with every contender that has it, each round in a new process."""
    run.fill()
    rounds, blocks = run.either(3, 9), run.either(150, 300)
    raw: dict[str, dict[str, list[dict[str, float]]]] = {}
    rows: list[list[str]] = []
    result = Result({"processes": raw})
    for form, (words, contenders) in FORMS.items():
        samples: dict[str, list[dict[str, float]]] = {}
        for contender in run.rounds(contenders, rounds):
            blocks_of = run.program(contender, "warm", form, str(blocks)).answer
            samples.setdefault(contender.key, []).append(summary(blocks_of))
        raw[form] = samples
        over = {key: [sample["least_over"] for sample in some] for key, some in samples.items()}
        for contender in contenders:
            least, key = spread(over[contender.key]), contender.key
            usual = median(sample["median_over"] for sample in samples[key])
            ratio = paired_ratio(over[OURS.key], over[key])
            rows.append(
                [
                    f"{words}: {contender.title}",
                    notation.number(least.median),
                    f"{notation.number(least.least)} - {notation.number(least.most)}",
                    notation.number(usual),
                    notation.fraction(ratio.median) if contender is not OURS else "",
                ]
            )
        if form in ("one", "three"):
            result.figures[f"warm-{form}"] = paired_ratio(over[OURS.key], over[ORIGINAL.key]).median
    table.show(["decorated over undecorated", "least ns", "of the rounds", "median ns", "ours is"], rows)
    table.note(
        "Least: the quickest block of 1 ms of each, in each process; the median of the rounds. Ratios are of these."
    )
    return result


def summary(sample: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Returns the nanoseconds per call of a process's blocks."""
    bare, decorated = sample["bare"], sample["decorated"]
    return {
        "least_bare": min(bare),
        "least_decorated": min(decorated),
        "least_over": min(decorated) - min(bare),  # what the call costs when nothing interferes
        "median_over": median(one - other for one, other in zip(decorated, bare, strict=True)),
    }
