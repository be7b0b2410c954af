"""Fetches in a thread of gevent's or eventlet's pool, so that other greenlets go on. Imported if one is loaded."""

import os
import sys
from contextvars import copy_context

from lambda_cache import _native
from lambda_cache._threads import eventlet_hub, gevent_hub

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def fetch(lookup: "_native.Lookup", context: object, is_refresh: bool) -> "tuple[Any, ...] | None":
    """Returns the result of `lookup.fetch`, or None if no other greenlet could run.

    A greenlet that is killed, or whose time is over, ends its fetch.
    """
    run = _gevent_pool() or _eventlet_pool()
    if run is None:
        return None
    cancel = _native.Cancel()

    def act() -> "tuple[tuple[Any, ...] | None, BaseException | None]":
        try:
            return lookup.fetch(cancel, context, is_refresh), None
        except BaseException as error:  # the pools print exceptions
            return None, error

    try:
        values, error = run(copy_context().run, (act,))
    finally:
        cancel.cancel()
    if error is None:
        return values  # type: ignore[no-any-return]
    try:
        raise error
    finally:
        del error  # it holds this frame


def _gevent_pool() -> "Callable[..., Any] | None":
    monkey = sys.modules.get("gevent.monkey")
    hub = gevent_hub()
    if monkey is None or hub is None or not monkey.is_anything_patched():
        return None
    from gevent import getcurrent

    # The hub itself cannot wait: nothing would run it.
    return None if getcurrent() is hub else hub.threadpool.apply


def _eventlet_pool() -> "Callable[..., Any] | None":
    patcher = sys.modules.get("eventlet.patcher")
    hub = eventlet_hub()
    if patcher is None or hub is None or not patcher.already_patched or not _is_main_thread():
        return None
    eventlet: Any = __import__("eventlet.tpool")
    if eventlet.getcurrent() is hub.greenlet:
        return None

    def apply(function: "Callable[..., Any]", arguments: "tuple[Any, ...]") -> "Any":
        return eventlet.tpool.execute(function, *arguments)

    return apply


def _is_main_thread() -> bool:
    """Returns whether this is the process's first thread; eventlet's one pool answers to a single hub."""
    from _thread import get_native_id

    return get_native_id() == os.getpid()
