"""Decorators on whatever can be called: applying one raises nothing, and gives what wraps() would."""

from __future__ import annotations

import asyncio
import functools
import inspect
import operator
from typing import TYPE_CHECKING, Any
from unittest import mock

import gevent
import mypy.util
import pytest
from lambda_cache import custom, refresh_on_error, ssm, testing

from tests.context import LambdaContext

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator


def function(event: object, context: Any) -> object:
    """A handler."""
    return context.var


async def coroutine(event: object, context: Any) -> object:
    """An async one."""
    return context.var


def marked(event: object, context: Any) -> Awaitable[object]:
    return coroutine(event, context)


def deep(one: int, two: int, event: object, context: Any) -> object:
    return context.var


class Answering:
    """Answers whatever it is asked with another of its kind, as a mock does."""

    def __getattr__(self, name: str) -> Answering:
        return Answering()

    def __call__(self, event: object, context: Any) -> object:
        return context.var


class Slotted:
    """Has no `__dict__`, and answers all the same."""

    __slots__ = ()

    def __getattr__(self, name: str) -> object:
        return Slotted()

    def __call__(self, event: object, context: Any) -> object:
        return context.var


class Absent:
    """Raises whatever it is asked, as Flask's proxies do outside of a request."""

    def __getattribute__(self, name: str) -> object:
        raise RuntimeError("working outside of request context")

    def __call__(self, event: object, context: Any) -> object:
        return context.var


class Proxied:
    """Stands for another callable throughout, as the wrappers of tracers do."""

    def __init__(self, behind: Any) -> None:
        self._behind = behind

    def __getattr__(self, name: str) -> Any:
        return getattr(self._behind, name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._behind(*args, **kwargs)


class Class:
    """Is called to be made."""

    def __init__(self, event: object, context: Any) -> None:
        self.var = context.var

    def method(self, event: object, context: Any) -> object:
        return context.var

    async def __call__(self, event: object, context: Any) -> object:
        return context.var


@functools.singledispatch
def dispatched(event: object, context: Any) -> object:
    return context.var


INSTANCE = Class({}, mock.Mock())
CALLABLES: dict[str, Callable[..., Any]] = {
    "AsyncMock": mock.AsyncMock(return_value="value"),
    "Mock": mock.Mock(return_value="value"),
    "MagicMock": mock.MagicMock(return_value="value"),
    "Mock of a function": mock.Mock(spec=function, return_value="value"),
    "autospec": mock.create_autospec(function, return_value="value"),
    "answers anything": Answering(),
    "answers anything, with slots": Slotted(),
    "raises whatever it is asked": Absent(),
    "proxy of a function": Proxied(function),
    "proxy of a method": Proxied(INSTANCE.method),
    "proxy of a partial": Proxied(functools.partial(deep, 1, 2)),
    "partial of a partial": functools.partial(functools.partial(deep, 1), 2),
    "partial of a coroutine function": functools.partial(coroutine),
    "coroutine function": coroutine,
    "method": INSTANCE.method,
    "instance with an async call": INSTANCE,
    "singledispatch": dispatched,
}
# Functions of C, mypyc, Cython and operator, classes, and None: no handlers, but they may be decorated.
OTHERS: dict[str, Any] = {
    "builtin": len,
    "mypyc": mypy.util.split_module_names,
    "Cython": gevent.get_hub,
    "itemgetter": operator.itemgetter(0),
    "class": Class,
    "built-in class": str,
    "type": type,
    "None": None,
}
mark: Any = getattr(inspect, "markcoroutinefunction", None)  # from Python 3.12 on
if mark is not None:
    CALLABLES["marked"] = mark(marked)

DECORATORS: list[Callable[[Any], Any]] = [
    ssm.cache("/app/var"),
    lambda handler: refresh_on_error(KeyError)(ssm.cache("/app/var")(handler)),
]


@pytest.fixture(autouse=True)
def values() -> Iterator[None]:
    with testing.values(ssm={"/app/var": "value"}):
        yield


@pytest.mark.parametrize("decorate", DECORATORS)
@pytest.mark.parametrize("name", CALLABLES)
def test_decorated_callable_answers_as_before(name: str, decorate: Any) -> None:
    decorated = decorate(CALLABLES[name])
    answer = decorated({}, LambdaContext())
    if inspect.iscoroutine(answer):
        answer = asyncio.run(_awaited(answer))
    assert answer == "value"


async def _awaited(answer: Any) -> object:
    return await answer


@pytest.mark.parametrize("decorate", DECORATORS)
@pytest.mark.parametrize("name", OTHERS)
def test_decorating_anything_else_raises_nothing(name: str, decorate: Any) -> None:
    assert callable(decorate(OTHERS[name]))


@pytest.mark.parametrize("name", sorted(CALLABLES.keys() - {"raises whatever it is asked", "Mock of a function"}))
def test_coroutine_functions_stay_coroutine_functions(name: str) -> None:
    handler, decorated = CALLABLES[name], DECORATORS[0](CALLABLES[name])
    is_async = inspect.iscoroutinefunction(handler) or name == "instance with an async call"
    assert inspect.iscoroutinefunction(decorated) is is_async


@pytest.mark.parametrize("name", [*CALLABLES, *OTHERS])
def test_any_callable_can_be_a_fetch_or_a_transform(name: str, recwarn: pytest.WarningsRecorder) -> None:
    callable_ = {**CALLABLES, **OTHERS}[name]
    custom.cache(callable_, entry_name="entry")(function)
    ssm.cache("/app/var", transform=callable_)(function)
    assert {type(warning.message).__name__ for warning in recwarn} <= {"LambdaCacheWarning"}
