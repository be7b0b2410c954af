"""`prefetch`: entries that are fetched in Lambda's init phase, beside the import."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import custom, exceptions, s3, secrets_manager, ssm

from tests import faults
from tests.context import LambdaContext
from tests.fakes.function import Function

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.account import Account
    from tests.fakes.aws import Aws
    from tests.fakes.proxy import Proxy

VARIABLE = "LAMBDA_CACHE_PREFETCH"
PROGRAMS = Path(__file__).parent / "programs"


@pytest.fixture(autouse=True)
def in_lambda(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """An init phase, and something to fetch in it."""
    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
    account.put_parameter("/app/var", "x")
    account.put_secret("/prod/db", "pa55")
    account.put_object("s3://bucket/object", b"content")


def settle() -> None:
    """Waits for the prefetches."""
    for thread in threading.enumerate():
        if thread.name == "lambda-cache-prefetch":
            thread.join(30)


def declare(**options: Any) -> Callable[..., Any]:
    """Declares handlers, as a user's module does on import."""

    @ssm.cache("/app/var", **options)
    @secrets_manager.cache("/prod/db", **options)
    @s3.cache("s3://bucket/object", **options)
    def handler(event: object, context: LambdaContext) -> object:
        return context.var, context.db, context.object

    return handler


@pytest.mark.parametrize("by", ["keyword", "environment"])
def test_prefetches_overlap_and_first_invocation_fetches_none(
    by: str, proxy: Proxy, context: LambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    if by == "environment":
        monkeypatch.setenv(VARIABLE, "1")
    with proxy.hold():
        handler = declare(**({"prefetch": True} if by == "keyword" else {}))  # returns while AWS has not answered
        proxy.wait_for(3)
    settle()
    assert len(proxy.calls) == 3
    assert handler({}, context)[:2] == ("x", "pa55")
    assert len(proxy.calls) == 3


def test_first_invocation_waits_for_unfinished_prefetches(proxy: Proxy, context: LambdaContext) -> None:
    with proxy.hold():
        handler = declare(prefetch=True)
        proxy.wait_for(3)
        invoked = threading.Thread(target=handler, args=({}, context))
        invoked.start()
    invoked.join(30)
    settle()
    assert context.var == "x"
    assert len(proxy.calls) == 3, "it joined the fetches"


def test_failed_prefetch_is_retried_by_first_invocation(
    proxy: Proxy, context: LambdaContext, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "lambda_cache")
    proxy.fail_next.append(faults.json_error("AccessDeniedException", "not yet"))

    @ssm.cache("/app/var", prefetch=True)
    def handler(event: object, context: LambdaContext) -> object:
        return context.var

    settle()
    assert "the first invocation tries again" in caplog.text
    assert handler({}, context) == "x"
    assert len(proxy.calls) == 2


def test_transforms_and_custom_entries_are_made_too(proxy: Proxy, context: LambdaContext) -> None:
    made: list[str] = []

    def model(path: str) -> str:
        made.append(path)
        return "model"

    def fetch() -> int:
        made.append("fetched")
        return 1

    @s3.cache("s3://bucket/object", transform=model, prefetch=True)
    @custom.cache(fetch, prefetch=True)
    def handler(event: object, context: LambdaContext) -> object:
        return context.object, context.fetch

    settle()
    assert len(made) == 2
    assert handler({}, context) == ("model", 1)
    assert len(made) == 2


@pytest.mark.parametrize("set_to", [None, "0", "", "1"])
def test_prefetch_is_off_by_default_and_outside_lambda(
    set_to: str | None, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    if set_to is not None:
        monkeypatch.setenv(VARIABLE, set_to)
    if set_to == "1":
        declare(prefetch=False)  # the keyword overrides the variable
        monkeypatch.delenv("AWS_LAMBDA_RUNTIME_API")
        declare(prefetch=True)
    declare()
    settle()
    assert proxy.calls == []


def test_a_wrong_variable_is_raised_at_the_first_call(
    proxy: Proxy, context: LambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "yes")
    with pytest.warns(exceptions.LambdaCacheWarning, match=VARIABLE):
        handler = declare()
    with pytest.raises(exceptions.ConfigurationError, match=f'{VARIABLE}="yes" is neither 0 nor 1 nor snapstart'):
        handler({}, context)
    assert declare(prefetch=False)({}, context)[0] == "x"
    assert len(proxy.calls) == 3


# ===== In Lambda's own runtime client =====


def started(moto: Aws, proxy: Proxy, **environment: str) -> Function:
    """A function that declares an entry, and never needs it."""
    return Function.python("prefetching_function.handler", moto.environment(proxy.url) | environment, PROGRAMS)


def wait_for_calls(proxy: Proxy, calls: int) -> None:
    deadline = time.monotonic() + 30
    while proxy.count() < calls:
        assert time.monotonic() < deadline, "nothing was prefetched"
        time.sleep(0.01)


def test_the_init_phase_fetches(shop: Account, moto: Aws, proxy: Proxy) -> None:
    with started(moto, proxy, LAMBDA_CACHE_PREFETCH="1"):
        wait_for_calls(proxy, 1)


@pytest.mark.parametrize(("set_to", "calls"), [("snapstart", 1), ("1", 0)])
def test_snapstart_prefetch_is_opt_in_and_after_restore(
    set_to: str, calls: int, shop: Account, moto: Aws, proxy: Proxy
) -> None:
    snapstart = {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start", VARIABLE: set_to}
    with started(moto, proxy, **snapstart) as function:
        function.wait_for_snapshot()
        assert proxy.count() == 0, "no snapshot is to hold a value"
        assert function.invoke({}).response == "done"
        wait_for_calls(proxy, calls)
        assert function.invoke({}).response == "done"
        assert proxy.count() == calls
