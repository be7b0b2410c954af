"""Calls of custom fetches, in separate threads, so that several take as long as the longest."""

from contextvars import ContextVar

from lambda_cache._decorator import kind_of
from lambda_cache._threads import start as start_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from typing import Any, TypeAlias

    from lambda_cache import _native

    Waiter: TypeAlias = Callable[[], Coroutine[Any, Any, object]]

caller_loop: "ContextVar[Callable[[Waiter], object] | None]" = ContextVar("caller_loop", default=None)
"""Runs an async function on the event loop that goes on while this is fetched, and waits for it."""
_fetching: "ContextVar[frozenset[int]]" = ContextVar("fetching", default=frozenset())


def starter(fetch: "Callable[[], Any]", number: int) -> "Callable[[_native.Completion], None]":
    """Returns a function that begins a fetch with the caller's context variables and settles it."""
    if number in _fetching.get():
        from lambda_cache.exceptions import ArgumentValueError

        raise ArgumentValueError("a fetch asks for the very entry that it is to fetch")

    def start(complete: "_native.Completion") -> None:
        start_thread(_run, fetch, number, complete, daemon=True)

    return start


def _run(fetch: "Callable[[], Any]", number: int, complete: "_native.Completion") -> None:
    _fetching.set(_fetching.get() | {number})
    try:
        value = fetch()
        if hasattr(kind_of(value), "__await__"):
            value = _awaited(value)
    except BaseException as error:
        complete(None, error)
    else:
        complete(value, None)


def _awaited(awaitable: "Awaitable[Any]") -> object:
    async def wait() -> object:
        return await awaitable

    run = caller_loop.get()
    if run is not None:
        return run(wait)
    import asyncio

    return asyncio.run(wait())
