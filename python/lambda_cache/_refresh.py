"""`refresh_on_error`: a second call of a handler with fresh entries. Imported only if it is used."""

import sys

from lambda_cache import _durable, _native
from lambda_cache._decorator import wrapped

__all__ = ["async_wrapper", "refresh_on_error", "wrapper"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from lambda_cache.exceptions import LambdaCacheError

    Handler = TypeVar("Handler", bound=Callable[..., Any])
    Errors = tuple[type[BaseException], ...]


def refresh_on_error(*errors: "Any", **_unknown: object) -> "Any":
    """Calls the handler once more with fresh entries if it raises an error, for example after a password rotation.

    It goes onto a handler with `cache` decorators, above, below or between them, sync or async. If the handler raises
    one of `errors`, all entries of its decorators are fetched now, whatever their ages, and it is called a second time
    with the same arguments. The second outcome is final. The logger `lambda_cache` reports the refresh. If the entries
    cannot be fetched, the handler's error is raised, with the other as its cause. An error of a decorator causes no
    refresh. Without decorated entries the whole cache is cleared, so that `get_entry` fetches again.

    The handler repeats everything that it did before the error. A handler of a durable function is therefore refused.

    Args:
        errors: exception classes; every `Exception` if none is given.

    AWS calls and permissions are those of the entries. Applying it never raises: a problem causes a
    `LambdaCacheWarning`, and an error when the handler is called: `ArgumentTypeNotSupportedError`, or `ContextError`
    for a handler of a durable function.

    Examples:
        >>> from lambda_cache import secrets_manager
        >>> @refresh_on_error(PermissionError)
        ... @secrets_manager.cache(name='/prod/db/conn_string')
        ... def handler(event, context):
        ...     return connect(context.conn_string)
    """
    if len(errors) == 1 and not isinstance(errors[0], type) and (callable(errors[0]) or hasattr(errors[0], "__func__")):
        return wrapped(errors[0], None, _problem_of(errors[0]), (Exception,))  # without parentheses
    problem: LambdaCacheError | None = None
    if _unknown:
        from lambda_cache._problems import of_keywords

        problem = of_keywords(_unknown, refresh_on_error)
    for error in errors:
        if not (isinstance(error, type) and issubclass(error, BaseException)):
            from lambda_cache.exceptions import ArgumentTypeNotSupportedError

            message = (
                f"refresh_on_error takes exception classes, as in refresh_on_error(PermissionError), given: {error!r}"
            )
            problem = ArgumentTypeNotSupportedError(message)
            break

    def decorate(handler: "Handler") -> "Handler":
        wrong = problem or _problem_of(handler)
        return wrapped(handler, None, wrong, errors or (Exception,))  # type: ignore[no-any-return]

    return decorate


def _problem_of(handler: "Any") -> "LambdaCacheError | None":
    """Returns the reason why a handler must not be called twice."""
    if not _durable.is_durable(handler):
        return None
    from lambda_cache.exceptions import ContextError

    return ContextError(_durable.REFUSED)


def wrapper(
    bare: "Callable[..., Any]", lookup: "_native.Lookup | None", find: "Callable[..., object]", errors: "Errors"
) -> "Callable[..., Any]":
    """Returns the wrapper of a sync handler."""

    def handler(*args: object, **kwargs: object) -> object:
        if _durable.SDK in sys.modules:
            _durable.refuse_context(args, kwargs)
        context: object = None
        if lookup is not None:
            context = find(args, kwargs)
            lookup[context]
        try:
            return bare(*args, **kwargs)
        except errors as error:
            _say_so(error)
            try:
                if lookup is None:
                    _native.clear()
                else:
                    lookup.refresh(context)
            except Exception as trouble:
                raise error from trouble
        return bare(*args, **kwargs)

    return handler


def async_wrapper(
    bare: "Callable[..., Any]", lookup: "_native.Lookup | None", find: "Callable[..., object]", errors: "Errors"
) -> "Callable[..., Any]":
    """Returns the wrapper of an `async def`. Its event loop goes on while entries are fetched."""

    async def handler(*args: object, **kwargs: object) -> object:
        if _durable.SDK in sys.modules:
            _durable.refuse_context(args, kwargs)
        context: object = None
        if lookup is not None:
            context = find(args, kwargs)
            if not lookup.inject_hits(context):
                await _inject(lookup, context, is_refresh=False)
        try:
            return await bare(*args, **kwargs)
        except errors as error:
            _say_so(error)
            try:
                if lookup is None:
                    _native.clear()
                else:
                    await _inject(lookup, context, is_refresh=True)
            except Exception as trouble:
                raise error from trouble
        return await bare(*args, **kwargs)

    return handler


async def _inject(lookup: "_native.Lookup", context: object, *, is_refresh: bool) -> None:
    from lambda_cache._async import in_thread

    lookup.inject_fetched(context, await in_thread(lookup, context, is_refresh=is_refresh))


def _say_so(error: BaseException) -> None:
    """Logs the refresh without the error's message, which may contain the wrong password."""
    from lambda_cache._log import logger

    name = type(error).__name__
    logger.warning("%s: the handler is called once more, with its entries fetched anew", name)
