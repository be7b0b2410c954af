"""Any API call, cached: `cache` for handlers, `get_entry` and `aget_entry` for anywhere, `invalidate`.

What you fetch with: `boto3`, `requests`, `httpx`, a socket. When it is fetched, who waits for whom, what is served
where it fails: that is the same as for parameters and secrets.
"""

from itertools import count

from lambda_cache import _native
from lambda_cache._callables import identity
from lambda_cache._decorator import attribute, decorator, refuse_keywords

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from lambda_cache._decorator import Age, Handler

__all__ = ["aget_entry", "cache", "get_entry", "invalidate"]


def __dir__() -> "list[str]":
    return __all__


_MOST_KNOWN = 1000
_numbers: "dict[object, int]" = {}
_decorated: "dict[object, int]" = {}  # of callables that a decorator holds: these are never forgotten
_unused_numbers = count(1)


def cache(
    fetch: "Callable[[], object] | None" = None,
    max_age_in_seconds: "Age" = None,
    entry_name: "str | bool | None" = None,
    *,
    stale_if_error_in_seconds: "Age" = None,
    prefetch: "bool | None" = None,
    **unknown: object,
) -> "Callable[[Handler], Handler]":
    """Puts the result of `fetch` onto the handler's context at each invocation.

    The value is the cached one while it is younger than `max_age_in_seconds`. Otherwise `fetch` is called in a separate
    thread. Stacked decorators fetch at the same time, and callers who ask at the same time share one call. Applying the
    decorator never raises: a problem causes a `LambdaCacheWarning`, and is raised when the handler is called.

    Args:
        fetch: a callable without arguments, or an `async def` one, which is awaited on the loop of an async handler,
            else on a new loop. It sees the caller's context variables. An entry belongs to its callable: another
            function, or a function with another closure, has another entry.
        max_age_in_seconds: the maximum age of a cached value; 0 fetches at every invocation, `float('inf')` once.
            Default: `LAMBDA_CACHE_MAX_AGE_IN_SECONDS`, else 60.
        entry_name: the attribute of the context. Default: the function's name.
        stale_if_error_in_seconds: how much older a value may be if `fetch` raises an exception, except those of this
            package that will not pass (`NotFoundError`, ...); see `ssm.cache`. Default:
            `LAMBDA_CACHE_STALE_IF_ERROR_IN_SECONDS`, else 0.
        prefetch: whether to fetch the entry in Lambda's init phase already, in the background; see `ssm.cache`.
            Default: `LAMBDA_CACHE_PREFETCH`, else False.

    The attribute is the result of `fetch`: a list or dict as a deep copy, anything else as the same object.

    Raises:
        Exception: the exception of `fetch`. It is not cached: the next invocation fetches again. If it goes to the log
            instead (an older value is served, a prefetch failed), its message does too: it must hold nothing secret.
        NoEntryNameError: a callable without a name, without `entry_name`.
        ArgumentTypeNotSupportedError, ArgumentValueError: an invalid argument.
        ContextError: no context to put the value on.
        UnavailableError: `fetch` exceeds the invocation's time. Its thread goes on, and its value is dropped.

    AWS calls and permissions are those of `fetch`.

    Examples:
        >>> def fetch_rates():
        ...     return http_get('https://api.example.com/rates')
        >>> @cache(fetch=fetch_rates, max_age_in_seconds=300)
        ... def handler(event, context):
        ...     return context.fetch_rates
    """
    if callable(fetch):
        _decorated[identity(fetch)] = _number(fetch)
    arguments = (fetch, max_age_in_seconds, entry_name, stale_if_error_in_seconds)
    return decorator(_lookup, *arguments, prefetch=prefetch, unknown=unknown, cache=cache)


def get_entry(
    fetch: "Callable[[], Any] | None" = None,
    max_age_in_seconds: "Age" = None,
    entry_name: "str | bool | None" = None,
    *,
    stale_if_error_in_seconds: "Age" = None,
    **unknown: object,
) -> object:
    """Returns the result of `fetch`: cached if younger than `max_age_in_seconds`, else fetched.

    Arguments are those of `cache`; the entry is the same one, so `max_age_in_seconds=0` refreshes what every decorator
    of the same callable sees. Errors are raised at once. In a handler, write the callable outside of it, or as a
    function with a closure, because `functools.partial` is a new object at each call.

    Examples:
        >>> get_entry(fetch_rates, max_age_in_seconds=300)
        {'EUR': 1.08}
    """
    if unknown:
        refuse_keywords(unknown, get_entry)
    return _lookup(fetch, max_age_in_seconds, entry_name or "entry", stale_if_error_in_seconds).get()


async def aget_entry(
    fetch: "Callable[[], Any] | None" = None,
    max_age_in_seconds: "Age" = None,
    entry_name: "str | bool | None" = None,
    *,
    stale_if_error_in_seconds: "Age" = None,
    **unknown: object,
) -> object:
    """Returns the same as `get_entry`, for async code: the event loop goes on while the value is fetched."""
    if unknown:
        refuse_keywords(unknown, aget_entry)
    from lambda_cache._async import get

    return await get(_lookup(fetch, max_age_in_seconds, entry_name or "entry", stale_if_error_in_seconds))


def invalidate(fetch: "Callable[[], object] | None" = None, **unknown: object) -> None:
    """Removes the entry of a callable, so that the next call fetches. It makes no call.

    Examples:
        >>> invalidate(fetch_rates)
    """
    if unknown:
        refuse_keywords(unknown, invalidate)
    _native.invalidate_custom(*_source(fetch))


def _lookup(
    fetch: "Any",
    max_age_in_seconds: object,
    entry_name: "str | bool | None",
    stale_if_error_in_seconds: object,
) -> "_native.Lookup":
    start, name, number = _source(fetch)
    own_name = _text(fetch, "__name__")
    if not entry_name and not own_name.isidentifier():
        from lambda_cache.exceptions import NoEntryNameError

        raise NoEntryNameError("No entry_name provided: this callable has no name to call the entry by")
    return _native.Lookup.custom(
        start, name, number, max_age_in_seconds, entry_name or own_name, stale_if_error_in_seconds
    )


def _source(fetch: "Any") -> "tuple[Callable[[_native.Completion], None], str, str]":
    """Returns the function that starts a fetch, the callable's name, and the number that tells it from others."""
    from lambda_cache._fetching import starter

    if not callable(fetch):
        from lambda_cache.exceptions import ArgumentTypeNotSupportedError

        given = ": none was given, or it was None" if fetch is None else f", given: {type(fetch).__name__}"
        raise ArgumentTypeNotSupportedError(f"fetch must be a callable without arguments{given}")
    number = _number(fetch)
    name = f"{_text(fetch, '__module__')}.{_text(fetch, '__qualname__') or type(fetch).__name__}"
    return starter(fetch, number), name, str(number)


def _text(fetch: object, name: str) -> str:
    """The attribute of a callable, if it is text: a mock has any attribute."""
    text = attribute(fetch, name)
    return text if isinstance(text, str) else ""


def _number(fetch: "Callable[[], object]") -> int:
    """The callable's own number; never given twice, whatever threads do."""
    own = identity(fetch)
    if own in _decorated:
        return _decorated[own]
    number = _numbers.setdefault(own, next(_unused_numbers))
    if len(_numbers) > _MOST_KNOWN:
        oldest = next(iter(list(_numbers)))  # a copy, for another thread may change it meanwhile
        _numbers.pop(oldest, None)
    return number
