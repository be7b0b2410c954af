"""`get_entry` remembers the lookups of its arguments, which changes no result."""

from __future__ import annotations

import inspect
import pickle
from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import exceptions, s3, secrets_manager, ssm, testing

if TYPE_CHECKING:
    from tests.account import Account
    from tests.fakes.proxy import Proxy


def test_it_is_a_function_to_its_readers() -> None:
    for module in (ssm, secrets_manager, s3):
        function: Any = module.get_entry
        assert inspect.isroutine(function)
        assert "max_age_in_seconds" in inspect.signature(function).parameters
        assert (function.__name__, function.__module__) == ("get_entry", module.__name__)
        assert (inspect.getdoc(function) or "").startswith("Returns ")
        assert pickle.loads(pickle.dumps(function)) is function


def test_it_does_not_become_a_method() -> None:
    function: Any = ssm.get_entry

    class Settings:
        read = function

    with testing.values(ssm={"/app/var": "x"}):
        assert Settings().read("/app/var") == Settings.read("/app/var") == "x"


def test_defaults_that_are_equal_stay_what_they_are() -> None:
    with testing.values(ssm={"/app/var": "x"}):
        for default in (1, True, 1.0, 1, True):
            value = ssm.get_entry("/app/gone", default=default)
            assert (value, type(value)) == (default, type(default))


def test_a_name_is_not_taken_for_a_path(account: Account) -> None:
    account.put_parameter("/app", "value")
    account.put_parameter("/app/var", "below")
    for _ in range(2):
        assert ssm.get_entry("/app") == "value"
        assert ssm.get_entry(path="/app") == {"var": "below"}
        assert ssm.get_entry(parameter="/app") == "value"


def test_each_age_is_that_of_its_call(account: Account, proxy: Proxy) -> None:
    account.put_parameter("/app/var", "value")
    for _ in range(3):
        ssm.get_entry("/app/var", 60)
        ssm.get_entry("/app/var", max_age_in_seconds=60.0)
    assert proxy.count() == 1
    for _ in range(3):
        ssm.get_entry("/app/var", 0)
        ssm.get_entry("/app/var", max_age_in_seconds=0)
    assert proxy.count() == 7


def test_a_wrong_argument_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(exceptions.ArgumentValueError):
            ssm.get_entry("/app/var", max_age_in_seconds=-1)
        with pytest.raises(exceptions.ArgumentTypeNotSupportedError, match="did you mean max_age_in_seconds"):
            ssm.get_entry("/app/var", max_age=1)  # type: ignore[call-overload] # pyright: ignore
        with pytest.raises(exceptions.NoEntryNameError):
            ssm.get_entry(7)  # type: ignore[call-overload] # pyright: ignore


def test_a_thousand_names_are_read_twice() -> None:
    names = [f"/app/var{number}" for number in range(1_000)]
    with testing.values(ssm={name: name for name in names}):
        for name in names * 2:
            assert ssm.get_entry(name) == name
