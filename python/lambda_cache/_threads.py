"""Threads of the operating system, also if gevent or eventlet makes greenlets of Python's. Imported at a fetch."""

import _thread
import sys
from contextvars import copy_context

from lambda_cache._decorator import kind_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def start(function: "Callable[..., None]", *args: object, name: str = "lambda-cache", daemon: bool = False) -> None:
    """Starts a thread that calls the function with a copy of the caller's context variables.

    A patched `threading.Thread` is a greenlet of this very thread: while this thread waits for a fetch, it never runs.

    Raises:
        UnavailableError: the system gives no more threads.
    """
    run = copy_context().run
    try:
        if is_patched():
            _real_start()(run, (_in_real_thread, function, *args))
            return
        from threading import Thread

        Thread(target=run, args=(function, *args), name=name, daemon=daemon).start()
    except (RuntimeError, MemoryError) as error:
        from lambda_cache.exceptions import UnavailableError

        raise UnavailableError(
            f"the system gives no more threads ({error}): end some, or raise the limit of processes"
        ) from error


def is_patched() -> bool:
    """Returns whether the function that starts threads was replaced."""
    return kind_of(_thread.start_new_thread) is not type(len)


def _real_start() -> "Callable[[Callable[..., Any], tuple[object, ...]], object]":
    """Returns the function of a new copy of the built-in module, because a patch changes only the copy in use."""
    import _imp

    spec: Any = _thread.__spec__
    module = _imp.create_builtin(spec)
    _imp.exec_builtin(module)
    start_new_thread: Callable[[Callable[..., Any], tuple[object, ...]], object] = module.start_new_thread
    return start_new_thread


def _in_real_thread(function: "Callable[..., None]", *args: object) -> None:
    try:
        function(*args)
    finally:
        _clean_up()


def _clean_up() -> None:
    """Ends what gevent, eventlet and `threading` made for this thread at its first wait: nothing ends it by itself."""
    hub = gevent_hub()
    if hub is not None:
        hub.destroy(True)
    hub = eventlet_hub()
    if hub is not None:
        hub.abort(True)
        del sys.modules["eventlet.hubs"]._threadlocal.hub
    threading: Any = sys.modules.get("threading")
    if threading is not None:
        active = getattr(threading, "_active", {})
        if isinstance(active.get(threading.get_ident()), threading._DummyThread):
            del active[threading.get_ident()]


def gevent_hub() -> "Any":
    """Returns gevent's hub of this thread, or None."""
    local = sys.modules.get("gevent._hub_local")
    return None if local is None else local.get_hub_if_exists()


def eventlet_hub() -> "Any":
    """Returns eventlet's hub of this thread, or None."""
    hubs = sys.modules.get("eventlet.hubs")
    return None if hubs is None else getattr(hubs._threadlocal, "hub", None)
