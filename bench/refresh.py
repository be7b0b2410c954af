"""Refresh: five stacked decorators fetch everything again from a server that answers after 20 ms."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from bench import notation, table
from bench.contenders import ORIGINAL, OURS, POWERTOOLS, SSM_CACHE
from bench.figures import spread
from bench.resources import PARAMETERS, SECRETS
from bench.run import Result, Run

TITLE = "refresh: three parameters and two secrets, stacked, from a server that answers after 20 ms"
LATENCY_MILLISECONDS = 20
RESOURCES = (*PARAMETERS, *SECRETS)
CONTENDERS = (OURS, ORIGINAL, POWERTOOLS, SSM_CACHE)


def minutes(full: bool) -> float:
    """Returns the time limit in minutes."""
    return 1 if full else 0.3


def measure(run: Run) -> Result:
    """Wall time of a refresh, in round trips; and the connections that refreshes after the first one opened."""
    rounds, times = run.either(3, 9), run.either(7, 15)
    run.fill()
    bases = [median(run.program(OURS, "refresh", "one", "50").answer["seconds"]) for _ in range(rounds)]
    samples: dict[str, list[list[float]]] = {}
    opened: dict[str, list[int]] = {}
    for contender in run.rounds(CONTENDERS, rounds):
        run.server.reset()
        run.fill()
        for resource in RESOURCES:
            run.server.fault(resource, "latency", "always", milliseconds=LATENCY_MILLISECONDS)
        seconds = run.program(contender, "refresh", "five", str(times)).answer["seconds"]
        samples.setdefault(contender.key, []).append(seconds)
        opened.setdefault(contender.key, []).append(opened_by_refreshes(_connections(run)))
    round_trip = LATENCY_MILLISECONDS / 1000 + median(bases)
    in_round_trips = {key: [median(some) / round_trip for some in every] for key, every in samples.items()}
    rows: list[list[str]] = []
    for one in CONTENDERS:
        trips = spread(in_round_trips[one.key])
        rows.append(
            [
                one.title,
                notation.number(median(median(some) for some in samples[one.key]) * 1000),
                notation.number(trips.median),
                f"{notation.number(trips.least)} - {notation.number(trips.most)}",
                notation.number(median(opened[one.key]) / times),
            ]
        )
    table.show(["a refresh", "ms", "round trips", "of the rounds", "new connections each"], rows)
    table.note(
        f"A round trip is {LATENCY_MILLISECONDS} ms and what a fetch of one parameter by ours takes without latency, "
        f"{notation.number(median(bases) * 1000)} ms."
    )
    figures = {
        "refresh": spread(in_round_trips[OURS.key]).median,
        "refresh-connections": max(opened[OURS.key]),
    }
    raw: dict[str, Any] = {"single_call_seconds": bases, "refresh_seconds": samples, "opened_by_refreshes": opened}
    return Result(raw, {key: float(value) for key, value in figures.items()})


def _connections(run: Run) -> list[int]:
    """The connection of each request, in the order of their arrival."""
    requests = [request for resource in RESOURCES for request in run.server.requests(resource)]
    return [request["connection"] for request in sorted(requests, key=lambda request: request["milliseconds"])]


def opened_by_refreshes(connections: Sequence[int]) -> int:
    """Returns the number of connections opened after the first call, which fetches everything once."""
    first = len(RESOURCES)
    return len(set(connections[first:]) - set(connections[:first]))
