"""Several names as one entry: keys, tuples, versions, ages as timedelta, and no entry name where none is needed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import exceptions, secrets_manager, ssm

from tests.context import LambdaContext

if TYPE_CHECKING:
    from lambda_cache.testing import Values

    from tests.account import Account
    from tests.fakes.proxy import Proxy


def doing_nothing(event: object, context: object) -> None: ...


def test_keys_of_parameters_are_the_dicts(lambda_cache_values: Values, context: LambdaContext) -> None:
    lambda_cache_values.ssm.update({"/a/x": "1", "/b/x": "2"})

    @ssm.cache({"first": "/a/x", "second": "/b/x", "again": "/a/x"}, entry_name="both")
    @ssm.cache({"n": "/a/x"}, entry_name="numbers", transform=int, default=0)
    def handler(event: object, context: LambdaContext) -> object:
        return context.both, context.numbers

    assert handler({}, context) == ({"first": "1", "second": "2", "again": "1"}, {"n": 1})
    assert "GetParameters /a/x, /b/x" in lambda_cache_values.calls, "each name is asked for once"
    assert ssm.get_entry({"first": "/a/x", "other": "/c/x"}, default=None) == {"first": "1", "other": None}


def test_equal_last_segments_get_their_own_values(account: Account) -> None:
    for name in ("/prod/db", "/test/db"):
        account.put_parameter(name, name)
    account.put_parameter("/prod/db", "second")  # its version 2
    names = {"old": "/prod/db:1", "new": "/prod/db:2", "test": "/test/db", "now": "/prod/db"}
    assert ssm.get_entry(names) == {"old": "/prod/db", "new": "second", "test": "/test/db", "now": "second"}
    names = {"prod": "/prod/db", "none": "/none/db", "test": "/test/db"}
    assert ssm.get_entry(names, default=None) == {"prod": "second", "none": None, "test": "/test/db"}
    with pytest.raises(exceptions.NotFoundError, match="/none/db"):
        ssm.get_entry(names)


def test_keys_of_secrets_are_the_dicts(account: Account) -> None:
    account.put_secret("/prod/db", "a")
    account.put_secret("/test/db", "b")
    assert secrets_manager.get_entry({"prod": "/prod/db", "test": "/test/db"}) == {"prod": "a", "test": "b"}


def test_a_tuple_is_as_good_as_a_list(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm.update({"/a/x": "1", "/a/y": "2"})
    assert ssm.get_entry(("/a/x", "/a/y")) == ssm.get_entry(["/a/x", "/a/y"]) == {"x": "1", "y": "2"}
    assert len(lambda_cache_values.calls) == 1, "they are one entry"
    ssm.invalidate(("/a/x", "/a/y"))
    ssm.get_entry(["/a/x", "/a/y"])
    assert len(lambda_cache_values.calls) == 2


def test_two_keys_for_one_list_are_two_entries(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm["/a/x"] = "1"
    assert (ssm.get_entry({"p": "/a/x"}), ssm.get_entry({"q": "/a/x"}), ssm.get_entry({"x": "/a/x"})) == (
        {"p": "1"},
        {"q": "1"},
        {"x": "1"},
    )
    ssm.get_entry(["/a/x"])
    assert len(lambda_cache_values.calls) == 3, "the last key is the one that the list gives by itself"


def test_a_list_of_secrets_has_the_options_of_one(lambda_cache_values: Values) -> None:
    lambda_cache_values.secrets.update({"a": "new", "a:AWSPREVIOUS": "old", "a:some-id": "first"})
    assert secrets_manager.get_entry(["a"]) == {"a": "new"}
    assert secrets_manager.get_entry(["a"], version_stage="AWSPREVIOUS") == {"a": "old"}
    assert secrets_manager.get_entry({"k": "a"}, version_id="some-id", rotation_aware=True) == {"k": "first"}
    calls = len(lambda_cache_values.calls)
    secrets_manager.invalidate(["a"])
    assert secrets_manager.get_entry(["a"], version_stage="AWSPREVIOUS") == {"a": "old"}
    assert len(lambda_cache_values.calls) == calls + 1, "every version was forgotten"


def test_ages_may_be_timedeltas(lambda_cache_values: Values, context: LambdaContext) -> None:
    @ssm.cache("/app/var", timedelta(minutes=2), stale_if_error_in_seconds=timedelta(hours=1))
    def handler(event: object, context: LambdaContext) -> object:
        return context.var

    lambda_cache_values.ssm["/app/var"] = "old"
    assert handler({}, context) == "old"
    lambda_cache_values.ssm["/app/var"] = exceptions.ThrottledError("not now")
    for _ in range(2):
        lambda_cache_values.advance(119)
        assert handler({}, context) == "old"
    assert lambda_cache_values.count("/app/var") == 2
    with pytest.raises(exceptions.ArgumentValueError, match="max_age_in_seconds must be a number from 0 up"):
        ssm.get_entry("/app/var", timedelta(seconds=-1))


def test_a_decorator_still_needs_a_name_for_several(context: LambdaContext, proxy: Proxy) -> None:
    untyped: Any = ssm.cache
    for several in (["/a/x"], ("/a/x",), {"k": "/a/x"}):
        with pytest.warns(exceptions.LambdaCacheWarning, match="No entry_name provided"):
            handler = untyped(several)(doing_nothing)
        with pytest.raises(exceptions.NoEntryNameError, match="pass one, such as entry_name"):
            handler({}, context)
    assert proxy.count() == 0
