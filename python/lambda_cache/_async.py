"""Fetches for async handlers, in a separate thread, so that the event loop goes on. Imported at the first miss."""

import sys

from lambda_cache import _native
from lambda_cache._fetching import caller_loop
from lambda_cache._threads import start

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from lambda_cache._fetching import Waiter

    Fetch = Callable[[], tuple[Any, ...]]


async def in_thread(lookup: "_native.Lookup", context: object = None, *, is_refresh: bool = False) -> "tuple[Any, ...]":
    """Returns the result of `lookup.fetch`. Cancelling the task ends the fetch, and another waiter then leads it.

    A thread, not the loop's executor: that may be full of work that waits for this very handler.
    """
    cancel = _native.Cancel()

    def fetch() -> "tuple[Any, ...]":
        return lookup.fetch(cancel, context, is_refresh)

    try:
        return await (_under_trio(fetch) if _is_trio() else _under_asyncio(fetch))
    finally:
        cancel.cancel()


async def get(lookup: "_native.Lookup") -> "Any":
    """Returns the value of the lookup's one entry."""
    hit = lookup.get_hit()
    values = hit if hit is not None else await in_thread(lookup)
    return values[0]


async def _under_asyncio(fetch: "Fetch") -> "tuple[Any, ...]":
    import asyncio

    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        from lambda_cache.exceptions import LambdaCacheError

        raise LambdaCacheError(
            "an entry can be awaited on an event loop of asyncio or trio, and neither runs here: await it under one "
            "of them (asyncio.run, trio.run, anyio.run), or call get_entry in a thread"
        ) from None
    fetched: asyncio.Future[tuple[Any, ...]] = loop.create_future()

    def on_loop(wait: "Waiter") -> object:
        if loop.is_running():
            return asyncio.run_coroutine_threadsafe(wait(), loop).result()
        return asyncio.run(wait())

    def settle(values: "tuple[Any, ...] | None", error: "BaseException | None") -> None:
        if fetched.done():
            return
        if error is not None:
            fetched.set_exception(error)
        elif values is not None:
            fetched.set_result(values)

    def run() -> None:
        caller_loop.set(on_loop)
        values: tuple[Any, ...] | None = None
        error: BaseException | None = None
        try:
            values = fetch()
        except BaseException as caught:
            error = caught
        try:
            loop.call_soon_threadsafe(settle, values, error)
        except RuntimeError:  # the loop was closed meanwhile, so no task waits
            return

    start(run)
    return await fetched


async def _under_trio(fetch: "Fetch") -> "tuple[Any, ...]":
    import trio

    token = trio.lowlevel.current_trio_token()

    def on_loop(wait: "Waiter") -> object:
        return trio.from_thread.run(wait, trio_token=token)

    def run() -> "tuple[Any, ...]":
        caller_loop.set(on_loop)
        return fetch()

    # A separate limiter, because the default one may be used up by work that waits for this handler.
    return await trio.to_thread.run_sync(run, abandon_on_cancel=True, limiter=trio.CapacityLimiter(1))


def _is_trio() -> bool:
    """Returns whether the event loop here is trio's, also where trio and asyncio share a thread."""
    trio: Any = sys.modules.get("trio")
    if trio is None:
        return False
    sniffio: Any = sys.modules.get("sniffio")
    try:
        if sniffio is not None:
            return bool(sniffio.current_async_library() == "trio")
        trio.lowlevel.current_task()
    except RuntimeError:  # sniffio also raises it if no loop runs
        return False
    return True
