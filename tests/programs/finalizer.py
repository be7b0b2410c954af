"""Drops cached objects whose finalizers ask for entries; prints what those came to."""

import gc
import json
import sys
from collections.abc import Callable

import lambda_cache
from lambda_cache import custom, exceptions, ssm, testing

asked: list[str] = []


class Value:
    """Asks for a new entry when it goes."""

    def __del__(self) -> None:
        try:
            asked.append(str(ssm.get_entry(f"/new/{len(asked)}")))
        except exceptions.LambdaCacheError as error:
            asked.append(type(error).__name__)


def fetch() -> Value:
    """Fetches one."""
    return Value()


def clear() -> None:
    """Drops all values."""
    lambda_cache.clear()


def invalidate() -> None:
    """Drops this value."""
    custom.invalidate(fetch)


def refresh() -> None:
    """Drops the value that another one replaces."""
    custom.get_entry(fetch, 0)


seen: dict[str, list[str]] = {}
ways: list[Callable[[], None]] = [clear, invalidate, refresh]
with testing.values(ssm={f"/new/{number}": "value" for number in range(9)}):
    for way in ways:
        custom.get_entry(fetch)
        before = len(asked)
        way()
        gc.collect()
        ssm.get_entry("/new/8", 0)  # postponed work is done now at the latest
        seen[way.__name__] = asked[before:]
json.dump({"asked": seen}, sys.stdout)
