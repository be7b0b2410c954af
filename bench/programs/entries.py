# pyright: basic, reportMissingImports=false
"""entries.py CONTENDER COUNT: nanoseconds of hits when so many entries are cached.

It measures a handler with one of them, get_entry for each in turn, and a handler with a decorator for each.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from bench.programs.handlers import Context
from bench.programs.warm import bare, called
from bench.resources import many_parameter

if TYPE_CHECKING:
    from bench.programs.handlers import Handler

AGE = 3600
BLOCKS = 100
BLOCK_NANOSECONDS = 1_000_000


def least(handler: Handler) -> float:
    """Nanoseconds of a call over the undecorated one, in the quickest block."""
    calls = max(1, int(BLOCK_NANOSECONDS / called(handler, 1)))
    pairs = [(called(bare, 10_000), called(handler, calls)) for _ in range(BLOCKS)]
    return min(pair[1] for pair in pairs) - min(pair[0] for pair in pairs)


def main() -> None:
    """Measure and print."""
    from lambda_cache import ssm

    names = [many_parameter(number) for number in range(int(sys.argv[2]))]
    one = ssm.cache(parameter=names[0], max_age_in_seconds=AGE)(bare)
    stacked = bare
    for name in names:
        stacked = ssm.cache(parameter=name, max_age_in_seconds=AGE)(stacked)

    def get_each(event, context):
        for name in names:
            ssm.get_entry(name, AGE)

    get_each({}, Context())  # first, so that they are fetched one after the other over one connection
    answer = {"one": least(one), "stacked": least(stacked), "get_entry": least(get_each) / len(names)}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
