"""Fetches for async handlers: in a thread of their own, so that the event loop goes on. Imported at the first miss."""

import asyncio
import threading
from contextvars import copy_context

from lambda_cache import _native
from lambda_cache._fetching import caller_loop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


async def in_thread(lookup: "_native.Lookup", context: object = None, *, is_refresh: bool = False) -> "tuple[Any, ...]":
    """What `lookup.fetch` returns. Cancelling the task ends the fetch; whoever else waits for it then leads it.

    A thread, not the loop's executor: that may be full of work that waits for this very handler.
    """
    loop = asyncio.get_running_loop()
    fetched: asyncio.Future[tuple[Any, ...]] = loop.create_future()
    cancel = _native.Cancel()

    def settle(values: "tuple[Any, ...] | None", error: "BaseException | None") -> None:
        if fetched.done():
            return
        if error is not None:
            fetched.set_exception(error)
        elif values is not None:
            fetched.set_result(values)

    def fetch() -> None:
        caller_loop.set(loop)
        values: tuple[Any, ...] | None = None
        error: BaseException | None = None
        try:
            values = lookup.fetch(cancel, context, is_refresh)
        except BaseException as caught:
            error = caught
        try:
            loop.call_soon_threadsafe(settle, values, error)
        except RuntimeError:  # the loop was closed meanwhile: nobody waits
            return

    threading.Thread(target=copy_context().run, args=(fetch,), name="lambda-cache").start()
    try:
        return await fetched
    finally:
        cancel.cancel()


async def get(lookup: "_native.Lookup") -> "Any":
    """The value of the lookup's one entry."""
    hit = lookup.get_hit()
    values = hit if hit is not None else await in_thread(lookup)
    return values[0]
