"""Problems of decorators: a warning when a handler is decorated, an error when the handler is called."""

import warnings

from lambda_cache._decorator import attribute, code_of, kind_of
from lambda_cache.exceptions import (
    ArgumentTypeNotSupportedError,
    InternalError,
    LambdaCacheError,
    LambdaCacheWarning,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

_MEANT = {
    "max_age_in_seconds": ("age", "expiry", "max_age", "maxage", "seconds", "ttl", "ttl_seconds"),
    "entry_name": ("alias", "attribute", "var_name"),
    "stale_if_error_in_seconds": ("stale", "stale_if_error"),
    "parameter": ("name", "names", "parameter_name", "parameter_names", "parameters"),
    "name": ("arn", "names", "parameter", "secret", "secret_arn", "secret_id", "secret_name", "secrets"),
    "s3Uri": ("object", "path", "s3_uri", "s3uri", "uri", "url"),
    "fetch": ("call", "callable", "function"),
    "check_before_download": ("check",),
    "ssm": ("parameter", "parameters"),
    "secrets": ("secret", "secrets_manager"),
    "s3": ("files", "objects"),
}
"""Names that other packages and other functions of this one have for an option."""


def of(error: Exception) -> LambdaCacheError:
    """Returns the error, or an InternalError in its place: applying a decorator never raises."""
    if isinstance(error, LambdaCacheError):
        return error
    return InternalError(
        f"the decorator's arguments cannot be read, {kind_of(error).__name__} was raised: pass plain str, int and float"
    )


def of_keywords(unknown: "Iterable[str]", function: "Callable[..., Any]") -> LambdaCacheError:
    """Returns the error for keywords that a public function does not have, with the one that was probably meant."""
    code = function.__code__
    known = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    name = next(iter(unknown))
    meant = [option for option in known if name.lower() in _MEANT.get(option, ())] or _close(name, known)
    advice = f"did you mean {meant[0]}?" if meant else f"pass some of {', '.join(known)}"
    if not known:
        advice = "pass what it takes by position"
    return ArgumentTypeNotSupportedError(f"{_called(function)} has no option {name!r}: {advice}")


def _close(name: str, known: "tuple[str, ...]") -> "list[str]":
    from difflib import get_close_matches

    return get_close_matches(name, known, 1)


def _called(function: "Callable[..., Any]") -> str:
    module = function.__module__.rpartition(".")[2]
    return function.__name__ if module.startswith("_") else f"{module}.{function.__name__}"


def without_parentheses(cache: "Callable[..., Any]", handler: "Any") -> LambdaCacheError:
    """Warns of a decorator that was given the handler in the place of its first argument, and returns the error."""
    option = cache.__code__.co_varnames[0]
    message = (
        f"{option} must be a str, and a function was given: write @{_called(cache)}({option}=...), in parentheses, "
        "above the handler"
    )
    return warned_about(ArgumentTypeNotSupportedError(message), handler, 5)


def refusing(problem: "LambdaCacheError | None", *, is_async: bool) -> "Callable[..., Any]":
    """Returns what stands in the place of a refused handler: it raises the problem at each call."""
    kind = type(problem) if problem is not None else LambdaCacheError
    message = problem.message if problem is not None else "the decorator was refused"

    # A new exception each time: one that is raised twice keeps the first call's traceback, and its event, alive.
    def refuse(*_args: object, **_kwargs: object) -> object:
        raise kind(message)

    async def refuse_async(*_args: object, **_kwargs: object) -> object:
        raise kind(message)

    return refuse_async if is_async else refuse


def warned_about(problem: LambdaCacheError, handler: "Any", stacklevel: int = 4) -> LambdaCacheError:
    """Warns of a problem where the handler is written, and returns it with that place in its message."""
    code = code_of(handler)
    names = [
        name for name in (attribute(handler, "__module__"), attribute(handler, "__qualname__")) if type(name) is str
    ]
    name = ".".join(names) or kind_of(handler).__name__
    place = f"{name}, {code.co_filename}:{code.co_firstlineno}" if code is not None else name
    located: LambdaCacheError = kind_of(problem)(f"{problem.message} (at {place})")
    text = f"{located.message} ({problem.Code} when the handler is called)"
    if code is None:
        warnings.warn(text, LambdaCacheWarning, stacklevel)
    else:
        module = names[0] if names else None
        warnings.warn_explicit(text, LambdaCacheWarning, code.co_filename, code.co_firstlineno, module)
    return located
