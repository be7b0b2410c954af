"""Contexts of every kind keep their attributes, and a decorator may replace only its own."""

from __future__ import annotations

import copy
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from lambda_cache import exceptions, ssm

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_cache.testing import Values


@ssm.cache("/app/state", max_age_in_seconds=60)
def handler(_event: object, context: Any) -> object:
    return context.state


class OfTheInstance:
    def __init__(self) -> None:
        self.state = "theirs"


class OfTheClass:
    state = "theirs"


class OfAProperty:
    @property
    def state(self) -> str:
        raise RuntimeError("not now")


class OfAProxy:
    def __init__(self, behind: object) -> None:
        self._behind = behind

    def __getattr__(self, name: str) -> object:
        return getattr(self._behind, name)


class OfASpec:
    def step(self) -> None: ...

    def state(self) -> None: ...


class OfAMock(mock.Mock):
    state = "theirs"


TAKEN: dict[str, Callable[[], Any]] = {
    "of the instance": OfTheInstance,
    "of the class": OfTheClass,
    "of a property": OfAProperty,
    "behind a proxy": lambda: OfAProxy(OfTheInstance()),
    "of a mock's spec": lambda: mock.Mock(spec=OfASpec),
    "of a mock's class": OfAMock,
}


@pytest.fixture(autouse=True)
def value(lambda_cache_values: Values) -> Values:
    lambda_cache_values.ssm["/app/state"] = "ours"
    return lambda_cache_values


@pytest.mark.parametrize("make", TAKEN.values(), ids=TAKEN.keys())
@pytest.mark.parametrize("is_cached", [False, True])
def test_an_attribute_of_the_context_is_refused(make: Callable[[], Any], is_cached: bool, value: Values) -> None:
    if is_cached:
        assert handler({}, type("Other", (), {})()) == "ours"
    calls, context = len(value.calls), make()
    for _ in range(2):
        with pytest.raises(exceptions.ArgumentValueError, match=r'"state".*entry_name="my_state"'):
            handler({}, context)
    assert len(value.calls) == calls, "refused before anything is fetched"


class Slots:
    __slots__ = ("state",)


class Annotated:
    state: str


class Raising:
    def __getattr__(self, name: str) -> object:
        raise KeyError(name)


FREE: dict[str, Callable[[], Any]] = {
    "namespace": SimpleNamespace,
    "slots": Slots,
    "annotated": Annotated,
    "mock": mock.Mock,
    "magic mock": mock.MagicMock,
    "mock of a spec": lambda: mock.Mock(spec=["step"]),
    "raises KeyError": Raising,
    "behind a proxy": lambda: OfAProxy(SimpleNamespace()),
}


@pytest.mark.parametrize("make", FREE.values(), ids=FREE.keys())
def test_a_context_is_used_for_several_handlers_and_invocations(make: Callable[[], Any], value: Values) -> None:
    @ssm.cache("/other/state", max_age_in_seconds=0)
    def other(_event: object, context: Any) -> object:
        return context.state

    value.ssm["/other/state"] = "other"
    context = make()
    for _ in range(2):
        assert (handler({}, context), other({}, context)) == ("ours", "other")
    value.advance(60)
    value.ssm["/app/state"] = "newer"
    assert handler({}, context) == "newer"


def test_a_copy_of_a_context_is_taken_as_well() -> None:
    context = Annotated()
    handler({}, context)
    assert handler({}, copy.copy(context)) == "ours"


def test_a_prefetched_entry_is_checked_as_well(value: Values) -> None:
    ssm.get_entry("/app/state")
    with pytest.raises(exceptions.ArgumentValueError, match="OfTheInstance"):
        handler({}, OfTheInstance())
