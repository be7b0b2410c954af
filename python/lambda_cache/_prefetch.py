"""Entries that are fetched before the first invocation. Imported only if there are some."""

import os

from lambda_cache import _native
from lambda_cache._threads import start

_after_restore: "list[_native.Lookup]" = []


def begin(lookup: "_native.Lookup", *, after_restore: bool) -> None:
    """Begins to fetch the entries, in Lambda's init phase and nowhere else, and does not wait.

    No snapshot is to hold a value: where one is taken, they are fetched after it was restored, if that is asked for.
    """
    if "AWS_LAMBDA_RUNTIME_API" not in os.environ:
        return
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") != "snap-start":
        _start(lookup)
    elif after_restore:
        _after_restore.append(lookup)


def restored() -> None:
    """Begins the postponed fetches."""
    for lookup in _after_restore:
        _start(lookup)


def _start(lookup: "_native.Lookup") -> None:
    try:
        start(_fetch, lookup, name="lambda-cache-prefetch")
    except Exception as error:
        _say_so(error)


def _fetch(lookup: "_native.Lookup") -> None:
    try:
        lookup.fetch(_native.Cancel())
    except Exception as error:
        _say_so(error)


def _say_so(error: Exception) -> None:
    """Logs a failure. The first invocation tries again, and raises it."""
    from lambda_cache._log import logger

    logger.info("a prefetch failed, the first invocation tries again: %s", error)
