"""SnapStart: the runtime clients' own hooks, run by the runtime clients around a snapshot."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_cache import _native, ssm

from tests.context import LambdaContext
from tests.fakes.function import Function

if TYPE_CHECKING:
    from tests.account import Account
    from tests.fakes.aws import Aws
    from tests.fakes.proxy import Proxy

PROGRAMS = Path(__file__).parent / "programs"
SNAPSTART = {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"}


def python(module: str, aws: Aws, proxy: Proxy) -> Function:
    return Function.python(f"{module}.handler", aws.environment(proxy.url) | SNAPSTART, PROGRAMS)


def test_python_snapshot_has_no_entries_and_connections(moto: Aws, shop: Account, proxy: Proxy) -> None:
    with python("snapstart_function", moto, proxy) as function:
        function.wait_for_snapshot()
        assert (proxy.count(), proxy.connections) == (1, 1)
        shop.put_parameter("/shop/production/banner", "autumn")
        assert function.invoke({}).response == ["summer", "autumn"]
        assert (proxy.count(), proxy.connections) == (2, 2)
        assert function.invoke({}).response == ["summer", "autumn"]
        assert proxy.count() == 2


def test_python_snapshot_has_no_prefetched_entry_by_default(moto: Aws, shop: Account, proxy: Proxy) -> None:
    with python("idle_function", moto, proxy) as function:
        function.wait_for_snapshot()
        assert (proxy.count(), proxy.connections) == (0, 0)
        assert function.invoke({}).response == "summer"


def test_without_snapstart_init_phase_entries_stay(moto: Aws, shop: Account, proxy: Proxy) -> None:
    with Function.python("snapstart_function.handler", moto.environment(proxy.url), PROGRAMS) as function:
        assert function.invoke({}).response == ["summer", "summer"]
        assert proxy.count() == 1


def test_rust_snapshot_has_no_entries_and_connections(
    rust_programs: dict[str, Path], moto: Aws, shop: Account, proxy: Proxy, folder: Path
) -> None:
    command = [str(rust_programs["snapstart"])]
    with Function("snapstart", command, moto.environment(proxy.url) | SNAPSTART, folder) as function:
        function.wait_for_snapshot()
        assert (proxy.count(), proxy.connections) == (1, 1)
        assert function.invoke({}).response == {"banner": "summer"}
        assert (proxy.count(), proxy.connections) == (2, 2)
        function.invoke({})
        assert proxy.count() == 2


def test_entries_read_before_the_snapshot_are_dropped(account: Account) -> None:
    account.put_parameter("/app/var", "c4n4ry" * 100)

    @ssm.cache("/app/var", max_age_in_seconds=float("inf"))
    def handler(event: object, context: LambdaContext) -> int:
        return sys.getrefcount(context.var)

    handler({}, LambdaContext())
    context = LambdaContext()
    cached = handler({}, context)
    _native.reset()
    after = sys.getrefcount(context.var)
    assert after < cached, "the cache still holds the value"
