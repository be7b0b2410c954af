"""Calls of a user's own fetch: in a thread of its own, so that several take as long as the longest."""

from contextvars import ContextVar, copy_context
from threading import Thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Awaitable, Callable
    from typing import Any

    from lambda_cache import _native

caller_loop: "ContextVar[AbstractEventLoop | None]" = ContextVar("caller_loop", default=None)
"""The event loop that goes on while this is fetched."""
_fetching: "ContextVar[frozenset[int]]" = ContextVar("fetching", default=frozenset())


def starter(fetch: "Callable[[], Any]", number: int) -> "Callable[[_native.Settle], None]":
    """What begins a fetch, with the context variables of who asks, and settles it."""
    if number in _fetching.get():
        from lambda_cache.exceptions import ArgumentValueError

        raise ArgumentValueError("a fetch asks for the very entry that it is to fetch")

    def start(settle: "_native.Settle") -> None:
        Thread(target=copy_context().run, args=(_run, fetch, number, settle), name="lambda-cache", daemon=True).start()

    return start


def _run(fetch: "Callable[[], Any]", number: int, settle: "_native.Settle") -> None:
    _fetching.set(_fetching.get() | {number})
    try:
        value = fetch()
        if hasattr(value, "__await__"):
            value = _awaited(value)
    except BaseException as error:
        settle(None, error)
    else:
        settle(value, None)


def _awaited(awaitable: "Awaitable[Any]") -> object:
    import asyncio

    async def wait() -> object:
        return await awaitable

    loop = caller_loop.get()
    if loop is not None and loop.is_running():
        return asyncio.run_coroutine_threadsafe(wait(), loop).result()
    return asyncio.run(wait())
