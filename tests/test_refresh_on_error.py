"""`refresh_on_error`: a rotated password, and a handler that is called once more."""

from __future__ import annotations

import asyncio
import logging
import pickle
from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import exceptions, refresh_on_error, secrets_manager, ssm

from tests import faults
from tests.context import LambdaContext
from tests.fakes.proxy import HANG_UP

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_cache.testing import Values

    from tests.account import Account
    from tests.fakes.proxy import Proxy

DAY = 86_400


class WrongPasswordError(Exception):
    """The error of a database."""


@pytest.fixture
def database(lambda_cache_values: Values) -> Values:
    """A password that has been rotated since it was fetched, and a host that has not changed."""
    lambda_cache_values.ssm["/prod/host"] = "db"
    lambda_cache_values.secrets["/prod/password"] = "old"
    secrets_manager.get_entry("/prod/password")
    ssm.get_entry("/prod/host")
    lambda_cache_values.secrets["/prod/password"] = "new"
    return lambda_cache_values


def connect(context: LambdaContext, tried: list[str]) -> str:
    tried.append(context.password)
    if context.password != "new":
        raise WrongPasswordError(context.password)
    return f"{context.host} with {context.password}"


def orders() -> list[Callable[[Any], Any]]:
    """Every order of three decorators."""
    host = ssm.cache("/prod/host", max_age_in_seconds=DAY)
    password = secrets_manager.cache("/prod/password", max_age_in_seconds=DAY)
    retry = refresh_on_error(WrongPasswordError)
    return [
        lambda handler: retry(host(password(handler))),
        lambda handler: host(retry(password(handler))),
        lambda handler: host(password(retry(handler))),
    ]


@pytest.mark.parametrize("decorate", orders(), ids=["above", "between", "below"])
def test_rotated_password_is_fetched_and_handler_repeated(
    database: Values, context: LambdaContext, caplog: pytest.LogCaptureFixture, decorate: Callable[[Any], Any]
) -> None:
    tried: list[str] = []

    @decorate
    def handler(event: object, context: LambdaContext) -> str:
        return connect(context, tried)

    calls = len(database.calls)
    assert handler({}, context) == "db with new"
    assert tried == ["old", "new"]
    assert sorted(database.calls[calls:]) == ["GetParameter /prod/host", "GetSecretValue /prod/password"]
    assert handler({}, context) == "db with new"
    assert tried == ["old", "new", "new"], "the cache has the new one"
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("lambda_cache", logging.WARNING)
    assert "WrongPasswordError" in record.getMessage()
    assert "old" not in record.getMessage()


@pytest.mark.parametrize("decorate", orders(), ids=["above", "between", "below"])
def test_async_handlers_and_methods(database: Values, context: LambdaContext, decorate: Callable[[Any], Any]) -> None:
    tried: list[str] = []

    class Handlers:
        @decorate
        async def handler(self, event: object, context: LambdaContext) -> str:
            await asyncio.sleep(0)
            return connect(context, tried)

    assert asyncio.run(Handlers().handler({}, context)) == "db with new"
    assert tried == ["old", "new"]
    assert len(database.calls) == 4


def test_a_second_failure_is_the_outcome(database: Values, context: LambdaContext) -> None:
    tried: list[str] = []

    @refresh_on_error(WrongPasswordError)
    @secrets_manager.cache("/prod/password", max_age_in_seconds=DAY)
    def handler(event: object, context: LambdaContext) -> None:
        tried.append(context.password)
        raise WrongPasswordError(len(tried))

    with pytest.raises(WrongPasswordError, match="2") as raised:
        handler({}, context)
    assert tried == ["old", "new"]
    assert raised.value.__context__ is None, "the first is over and done"


def test_another_error_is_none_of_its_business(database: Values, context: LambdaContext) -> None:
    @refresh_on_error(WrongPasswordError, KeyError)
    @secrets_manager.cache("/prod/password", max_age_in_seconds=DAY)
    def handler(event: Any, context: LambdaContext) -> None:
        raise event

    calls = len(database.calls)
    with pytest.raises(ValueError, match="x"):
        handler(ValueError("x"), context)
    assert len(database.calls) == calls
    with pytest.raises(IndexError):
        refresh_on_error(LookupError)(handler)(IndexError(), context)
    assert len(database.calls) == calls + 1, "the errors of two add up"


@pytest.mark.parametrize("decorate", [refresh_on_error, refresh_on_error()], ids=["bare", "empty"])
def test_without_a_class_every_exception_counts(
    database: Values, context: LambdaContext, decorate: Callable[[Any], Any]
) -> None:
    tried: list[str] = []

    @decorate
    @ssm.cache("/prod/host")
    @secrets_manager.cache("/prod/password", max_age_in_seconds=DAY)
    def handler(event: object, context: LambdaContext) -> str:
        return connect(context, tried)

    assert handler({}, context) == "db with new"
    assert handler.__name__ == "handler"


def test_decorators_error_does_not_cause_a_refresh(lambda_cache_values: Values, context: LambdaContext) -> None:
    @refresh_on_error
    @ssm.cache("/not/supplied")
    def handler(event: object, context: LambdaContext) -> None: ...

    with pytest.raises(exceptions.NotSuppliedError):
        handler({}, context)
    assert len(lambda_cache_values.calls) == 1


@pytest.mark.parametrize("is_async", [False, True])
def test_failed_refresh_raises_the_handlers_error(
    account: Account, proxy: Proxy, context: LambdaContext, is_async: bool
) -> None:
    account.put_secret("/prod/password", "old")

    @secrets_manager.cache("/prod/password", stale_if_error_in_seconds=DAY)
    @refresh_on_error(WrongPasswordError)
    def handler(event: object, context: LambdaContext) -> None:
        proxy.fail_next.append(faults.json_error("ResourceNotFoundException"))
        raise WrongPasswordError

    @refresh_on_error(WrongPasswordError)
    @secrets_manager.cache("/prod/password", stale_if_error_in_seconds=DAY)
    async def async_handler(event: object, context: LambdaContext) -> None:
        proxy.fail_next.extend([HANG_UP] * 9)
        raise WrongPasswordError

    with pytest.raises(WrongPasswordError) as raised:
        asyncio.run(async_handler({}, context)) if is_async else handler({}, context)
    assert isinstance(raised.value.__cause__, exceptions.FetchError), "an old value is of no use here"


def test_get_entry_is_refreshed_without_decorators(database: Values) -> None:
    tried: list[object] = []

    @refresh_on_error(WrongPasswordError)
    def handler(event: object, context: object) -> str:
        tried.append(secrets_manager.get_entry("/prod/password", max_age_in_seconds=DAY))
        if tried[-1] != "new":
            raise WrongPasswordError
        return "in"

    @refresh_on_error(WrongPasswordError)
    async def async_handler(event: object, context: object) -> str:
        bare: Any = handler
        return str(bare.__wrapped__(event, context))

    assert handler({}, None) == "in"
    assert tried == ["old", "new"]
    database.secrets["/prod/password"] = "newer"
    with pytest.raises(WrongPasswordError):
        asyncio.run(async_handler({}, None)) if secrets_manager.get_entry("/prod/password", 0) else None
    assert tried[2:] == ["newer", "newer"]


def test_non_exception_class_is_refused(lambda_cache_values: Values, context: LambdaContext) -> None:
    untyped: Any = refresh_on_error

    def bare(event: object, context: LambdaContext) -> None: ...

    with pytest.warns(
        exceptions.LambdaCacheWarning, match=r"takes exception classes.*given: 'WrongPasswordError'"
    ) as told:
        handler = untyped("WrongPasswordError")(ssm.cache("/app/var")(bare))
    assert told[0].filename == __file__
    with pytest.raises(exceptions.ArgumentTypeNotSupportedError):
        handler({}, context)
    assert lambda_cache_values.calls == []


@refresh_on_error(WrongPasswordError)
@ssm.cache("/app/var")
def pickled(event: object, context: object) -> None:
    """For a test."""


def test_it_stays_the_function_that_it_was() -> None:
    assert pickle.loads(pickle.dumps(pickled)) is pickled
    assert pickled.__doc__ == "For a test."
    wrapped: Any = pickled
    assert wrapped.__wrapped__.__name__ == "pickled"
