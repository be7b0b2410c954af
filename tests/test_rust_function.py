"""The functions of examples/rust-function, as Lambda runs them: processes that ask a Runtime API for events."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.fakes.function import Function

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import ThreadPoolExecutor
    from pathlib import Path

    from tests.account import Account
    from tests.fakes.aws import Aws
    from tests.fakes.proxy import Proxy

    Run = Callable[..., Function]

ANSWER = {"banner": "summer", "discount": "5 %", "sizes": ["S", "M"], "user": "shop", "prices": {"tea": 3}}
COLD = ["GetObject", "GetParameter", "GetParameters", "GetSecretValue"]


@pytest.fixture
def run(rust_programs: dict[str, Path], moto: Aws, proxy: Proxy, folder: Path) -> Run:
    """Runs one of the functions, with variables of Lambda's in its environment."""

    def run(name: str, **variables: str) -> Function:
        environment = moto.environment(proxy.url) | {"LAMBDA_CACHE_DIR": str(folder)} | variables
        return Function(name, [str(rust_programs[name])], environment, folder)

    return run


def operations(proxy: Proxy) -> list[str]:
    return sorted(call.operation for call in proxy.calls)


def test_first_invocation_fetches_all_and_the_next_none(
    run: Run, shop: Account, proxy: Proxy, background: ThreadPoolExecutor
) -> None:
    with run("rust-function") as function:
        with proxy.hold():
            first = background.submit(function.invoke, {})
            proxy.wait_for(in_flight=4)
        assert first.result().response == ANSWER
        assert operations(proxy) == COLD
        shop.put_parameter("/shop/production/banner", "autumn")
        shop.put_object("s3://shop-files/models/prices.json", b'{"tea": 4}')
        for _ in range(20):
            assert function.invoke({}).response == ANSWER
        assert proxy.count() == 4


def test_an_event_may_ask_for_a_fresh_value_which_stays(run: Run, shop: Account, proxy: Proxy) -> None:
    with run("rust-function") as function:
        function.invoke({})
        shop.put_parameter("/shop/production/banner", "autumn")
        proxy.reset()
        assert function.invoke({"refresh": True}).response == ANSWER | {"banner": "autumn"}
        assert operations(proxy) == ["GetParameter"]
        assert function.invoke({}).response == ANSWER | {"banner": "autumn"}
        assert proxy.count() == 1


def test_run_fetches_stale_entries_concurrently(
    run: Run, shop: Account, proxy: Proxy, background: ThreadPoolExecutor
) -> None:
    with run("always-fresh") as function:
        invocations = [background.submit(function.invoke, {}) for _ in range(20)]
        for invocation in invocations:
            assert invocation.result().response == {"banner": "summer", "discount": "5 %"}
        assert operations(proxy) == ["GetParameter"] * 40
        shop.put_parameter("/shop/production/discount", "9 %")
        proxy.reset()
        with proxy.hold():
            last = background.submit(function.invoke, {})
            proxy.wait_for(in_flight=2)
        assert last.result().response == {"banner": "summer", "discount": "9 %"}
        assert proxy.count() == proxy.most_in_flight == 2


def test_invocations_at_the_same_time_share_each_fetch(
    run: Run, shop: Account, proxy: Proxy, background: ThreadPoolExecutor
) -> None:
    with run("rust-function", AWS_LAMBDA_MAX_CONCURRENCY="8") as function:
        with proxy.hold():
            invocations = [background.submit(function.invoke, {}) for _ in range(8)]
            function.wait_for(taken=8)
            proxy.wait_for(in_flight=4)
        assert [invocation.result().response for invocation in invocations] == [ANSWER] * 8
        assert operations(proxy) == COLD
        assert [function.invoke({}).response for _ in range(8)] == [ANSWER] * 8
        assert proxy.count() == proxy.most_in_flight == 4


def test_aws_error_fails_invocation_and_only_it_is_retried(run: Run, shop: Account, proxy: Proxy) -> None:
    with run("rust-function") as function:
        shop.delete_parameter("/shop/production/banner")
        failed = function.invoke({})
        assert failed.error is not None
        assert failed.error["errorMessage"] == (
            f'cannot read SSM parameter "/shop/production/banner" in eu-west-1 at {proxy.url}: ParameterNotFound: '
            "Parameter /shop/production/banner not found; check the name, and that it exists in this Region and account"
        )
        assert operations(proxy) == COLD
        shop.put_parameter("/shop/production/banner", "summer")
        assert function.invoke({}).response == ANSWER
        assert operations(proxy) == sorted([*COLD, "GetParameter"])


def test_fetch_fails_before_the_invocations_deadline(run: Run, shop: Account, proxy: Proxy) -> None:
    with run("rust-function") as function:
        with proxy.hold():
            late = function.invoke({}, timeout_seconds=2)
        assert late.error is not None
        assert re.search(r"within the 1\d\d\d ms that the invocation had left", late.error["errorMessage"])
        assert late.milliseconds < 2000
        assert function.invoke({}).response == ANSWER
