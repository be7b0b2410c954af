"""Event loops other than asyncio's: trio, and anyio on both; and none at all."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import pytest
import trio
from lambda_cache import custom, exceptions, refresh_on_error, ssm

from tests.context import LambdaContext

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from tests.account import Account
    from tests.fakes.proxy import Proxy


def on_trio(main: Callable[[], Awaitable[Any]]) -> Any:
    return trio.run(main)


def on_anyio_and_trio(main: Callable[[], Awaitable[Any]]) -> Any:
    return anyio.run(main, backend="trio")


def on_anyio_and_asyncio(main: Callable[[], Awaitable[Any]]) -> Any:
    return anyio.run(main, backend="asyncio")


async def fetch() -> str:
    await anyio.sleep(0)  # needs the caller's loop
    return "fetched"


@ssm.cache("/app/var", 0)
@custom.cache(fetch, 0)
async def handler(event: object, context: LambdaContext) -> object:
    return context.var, context.fetch


@pytest.mark.parametrize("run", [on_trio, on_anyio_and_trio, on_anyio_and_asyncio])
def test_entries_are_fetched_on_every_loop(run: Any, account: Account) -> None:
    account.put_parameter("/app/var", "value")
    calls: list[str] = []

    @refresh_on_error(PermissionError)
    @ssm.cache("/app/var")
    async def rotated(event: object, context: LambdaContext) -> object:
        calls.append(context.var)
        if len(calls) == 1:
            account.put_parameter("/app/var", "rotated")
            raise PermissionError
        return context.var

    async def main() -> object:
        assert await ssm.aget_entry("/app/var", 0) == "value"
        assert await custom.aget_entry(fetch, 0) == "fetched"
        assert await handler({}, LambdaContext()) == ("value", "fetched")
        with pytest.raises(exceptions.NotFoundError):
            await ssm.aget_entry("/app/none")
        return await rotated({}, LambdaContext())

    assert run(main) == "rotated"


def test_trio_goes_on_during_a_fetch_and_may_give_it_up(account: Account, proxy: Proxy) -> None:
    account.put_parameter("/app/var", "value")

    async def main() -> None:
        with trio.move_on_after(10) as scope:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(handler, "event", LambdaContext())
                while not proxy.most_in_flight:
                    await trio.sleep(0.001)
                scope.cancel()
        assert scope.cancelled_caught

    with proxy.hold():
        began = time.monotonic()
        trio.run(main)
        assert time.monotonic() - began < 5
    assert ssm.get_entry("/app/var", 0) == "value"


def test_trio_as_a_guest_of_asyncio(account: Account) -> None:
    account.put_parameter("/app/var", "value")

    async def main() -> list[str]:
        seen: list[str] = []
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        async def guest() -> None:
            seen.append(str(await ssm.aget_entry("/app/var", 0)))

        trio.lowlevel.start_guest_run(
            guest, run_sync_soon_threadsafe=loop.call_soon_threadsafe, done_callback=lambda _: done.set()
        )
        await done.wait()
        return [*seen, str(await ssm.aget_entry("/app/var", 0))]

    assert asyncio.run(main()) == ["value", "value"]


def test_missing_event_loop_error_names_the_loops() -> None:
    with pytest.raises(exceptions.LambdaCacheError, match=r"asyncio\.run"):
        ssm.aget_entry("/app/var").send(None)


ON_BOTH = """
import pytest
from lambda_cache import ssm

@pytest.mark.anyio
async def test_entry(lambda_cache_values, anyio_backend_name):
    lambda_cache_values.ssm['/app/var'] = 'value'
    assert await ssm.aget_entry('/app/var') == 'value'
"""


def test_pytest_plugin_of_anyio_runs_on_both_backends(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(ON_BOTH)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert "2 passed" in ended.stdout, ended.stdout + ended.stderr
