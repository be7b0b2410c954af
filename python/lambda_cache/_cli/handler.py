"""A function's decorated handlers, found as Lambda finds them, or all of a module."""

from __future__ import annotations

import importlib
import operator
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from lambda_cache import _raised as raised
from lambda_cache._decorator import stack_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambda_cache import _native
    from lambda_cache._decorator import Stack
    from lambda_cache.exceptions import LambdaCacheError

_DEEPEST = 32  # the limit of nested wrappers, because an object may invent attributes forever


class NotUsableError(Exception):
    """The named handler cannot be inspected; the message says what to do."""


@dataclass(frozen=True)
class Handler:
    """A decorated function, its entries, and the problems of its decorators."""

    name: str
    lookups: tuple[_native.Lookup, ...]
    problems: tuple[LambdaCacheError, ...]

    def said(self) -> tuple[object, ...]:
        """All that its decorators say: the same of one function under two names."""
        return (*self.lookups, *self.problems)


@dataclass(frozen=True)
class Found:
    """The named handlers, and the other decorated functions."""

    handlers: tuple[Handler, ...]
    others: tuple[str, ...]


def find(notation: str) -> Found:
    """The handler `app.handler`, `folder/app.handler` or `folder.app.handler`; of a module, all that are decorated.

    A class's functions go by the names that are told of them, `app.Class.method`, which Lambda itself does not take.
    Imports the module, with the current folder on the path.

    Raises:
        NotUsableError: there is no such module or name, its import failed, or nothing is decorated.
    """
    folder = str(Path.cwd())
    if folder not in sys.path:
        sys.path.insert(0, folder)
    path = notation.removeprefix("./").replace("/", ".")
    if not all(path.split(".")):
        raise NotUsableError(f"{notation!r} names no handler: write it as in Lambda, such as app.handler")
    parent, _, name = path.rpartition(".")
    outer = _module(parent) if parent else None
    if outer is not None and not _is_a(ModuleType, getattr(outer, name, outer)):
        return _one(outer, parent, name)
    module = _module(path)
    if module is not None:
        return _all(module, path)
    if outer is not None:
        return _one(outer, parent, name)
    parts = path.split(".")
    for count in range(len(parts) - 2, 0, -1):
        start = ".".join(parts[:count])
        longest = _module(start)
        if longest is not None:
            return _one(longest, start, ".".join(parts[count:]))
    raise NotUsableError(
        f"no module {parent or path} was found from {folder}: run this in the folder from which Lambda imports it"
    )


def _module(path: str) -> ModuleType | None:
    """Imports the module, or returns None if it does not exist. Its output must not get into the command's."""
    try:
        with redirect_stdout(sys.stderr):
            return importlib.import_module(path)
    except ModuleNotFoundError as error:
        if error.name is not None and (path == error.name or path.startswith(f"{error.name}.")):
            return None
        raise _failed(path, error) from None
    except (Exception, SystemExit) as error:
        raise _failed(path, error) from None


def _failed(path: str, error: BaseException) -> NotUsableError:
    return NotUsableError(f"importing {path} failed: {raised.described_import(error)}")


def _one(module: ModuleType, path: str, name: str) -> Found:
    try:
        value = operator.attrgetter(name)(module)
    except AttributeError:
        raise NotUsableError(f"{path} has no {name!r}; {_names_of(module, path)}") from None
    handler = _handler(f"{path}.{name}", value)
    if handler is None:
        raise NotUsableError(
            f"{path}.{name} has no decorator of lambda_cache that can be seen: those of others must keep what they "
            f"wrap in __wrapped__, as functools.wraps does; {_names_of(module, path)}"
        )
    others = (other.name for other in _decorated(module, path) if not set(other.said()) <= set(handler.said()))
    return Found((handler,), tuple(others))


def _all(module: ModuleType, path: str) -> Found:
    handlers = tuple(_decorated(module, path))
    if not handlers:
        raise NotUsableError(f"nothing in {path} has a decorator of lambda_cache; {_names_of(module, path)}")
    return Found(handlers, ())


def _decorated(module: ModuleType, path: str) -> Iterator[Handler]:
    seen: set[object] = set()
    for name, value in _named(module):
        handler = _handler(f"{path}.{name}", value)
        if handler is not None and not seen.issuperset(handler.said()):
            seen.update(handler.said())
            yield handler


def _named(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """Returns a module's members by name, and those of its classes."""
    for name, value in list(vars(module).items()):
        yield name, value
        if _is_a(type, value) and value.__module__ == module.__name__:
            yield from ((f"{name}.{attribute}", inner) for attribute, inner in _of_class(value))


def _of_class(own: type) -> Iterable[tuple[str, Any]]:
    return vars(own).items()


def _is_a(kind: type, value: object) -> bool:
    """Works like isinstance, but ignores a value's `__class__`."""
    return issubclass(type(value), kind)


def _names_of(module: ModuleType, path: str) -> str:
    decorated = [handler.name for handler in _decorated(module, path)]
    if decorated:
        return f"decorated are: {', '.join(decorated)}"
    own = [
        name
        for name, value in vars(module).items()
        if _is_a(FunctionType, value) and value.__module__ == module.__name__ and not name.startswith("_")
    ]
    return f"functions there: {', '.join(own)}" if own else "there is no function"


def _handler(name: str, value: object) -> Handler | None:
    """Returns a function's Handler, or None without decorators."""
    try:
        stacks = list(_stacks(value))
    except Exception:  # a proxy that exists only in a request, like Flask's, raises at any access
        return None
    if not stacks:
        return None
    lookups = tuple(stack.lookup for stack in stacks if stack.lookup is not None)
    problems = tuple(stack.problem for stack in stacks if stack.problem is not None)
    return Handler(name, lookups, problems)


def _stacks(value: Any) -> Iterator[Stack]:
    """Our decorators on a function, outermost first, through those of others, methods, partials and `__call__`."""
    for _ in range(_DEEPEST):
        if not callable(value) and not isinstance(value, (staticmethod, classmethod)):
            return
        stack = stack_of(value)
        if stack is not None:
            yield stack
        value = _inner(value)


def _inner(value: Any) -> Any:
    # A method passes on what its function has, so its function comes first.
    for attribute in ("__func__", "__wrapped__", "func"):
        inner = getattr(value, attribute, None)
        if inner is not None:
            return inner
    return getattr(value.__class__, "__call__", None)  # noqa: B004  # of its class: what a call finds
