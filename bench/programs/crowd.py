# pyright: basic, reportMissingImports=false
"""crowd.py CONTENDER COUNT TIMES HITS: so many invocations at once, of a cold key and of one that is cached.

A cold key is one of `/bench/cold/0` ... `/bench/cold/TIMES`, a new one each time.
"""

from __future__ import annotations

import asyncio
import functools
import json
import sys
import threading
import time
from typing import TYPE_CHECKING

from bench.programs.handlers import Context
from bench.resources import PARAMETER, cold_parameter

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

AGE = 3600


def handler(event, context):
    """The undecorated handler."""


async def handler_async(event, context):
    """The undecorated async handler."""


def in_threads(invoke: Callable[[], object], count: int) -> float:
    """Seconds from the start of all until the end of the last; the threads are there before."""
    ready, ended = threading.Barrier(count + 1), []

    def one():
        ready.wait()
        invoke()
        ended.append(time.perf_counter())

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    start = time.perf_counter()
    ready.wait()
    for thread in threads:
        thread.join()
    if len(ended) != count:
        sys.exit(f"{count - len(ended)} of {count} invocations failed")
    return max(ended) - start


def in_a_loop(invoke: Callable[[], Awaitable[object]], count: int) -> float:
    """Measures tasks of an event loop instead of threads."""

    async def everyone() -> float:
        start = time.perf_counter()
        await asyncio.gather(*(invoke() for _ in range(count)))
        return time.perf_counter() - start

    return asyncio.run(everyone())


def main() -> None:
    """Measure and print."""
    from lambda_cache import ssm

    contender, *numbers = sys.argv[1:]
    count, times, hits = (int(number) for number in numbers)
    warm = ssm.cache(parameter=PARAMETER, max_age_in_seconds=AGE)(handler)
    warm({}, Context())

    cold_threads, cold_tasks = [], []
    for number in range(times):
        cold = ssm.cache(parameter=cold_parameter(number), max_age_in_seconds=AGE)(handler)
        cold_threads.append(in_threads(functools.partial(cold, {}, Context()), count))
    if contender == "ours":
        for number in range(times, 2 * times):
            cold = ssm.cache(parameter=cold_parameter(number), max_age_in_seconds=AGE)(handler_async)
            cold_tasks.append(in_a_loop(functools.partial(cold, {}, Context()), count))

    def many_hits():
        context = Context()
        for _ in range(hits // count):
            warm({}, context)

    rates = [hits // count * count / in_threads(many_hits, count) for _ in range(times)]
    print(json.dumps({"cold_threads": cold_threads, "cold_tasks": cold_tasks, "hits_per_second": rates}))


if __name__ == "__main__":
    main()
