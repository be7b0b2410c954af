"""`async def` handlers and `aget_entry`: what an event loop sees of a fetch."""

from __future__ import annotations

import asyncio
import inspect
import threading
from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import exceptions, s3, secrets_manager, ssm

from tests import faults
from tests.context import LambdaContext

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from lambda_cache.testing import Time

    from tests.account import Account
    from tests.fakes.proxy import Proxy


class Loop:
    """An event loop in a separate thread, so that a test can see from outside whether it is free."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def submit(self, coroutine: Coroutine[Any, Any, Any]) -> Future[Any]:
        """Starts a task on the loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def assert_free(self) -> None:
        """Fails unless the loop runs a callback now."""
        ran = threading.Event()
        self._loop.call_soon_threadsafe(ran.set)
        assert ran.wait(10), "the event loop is blocked"

    def close(self) -> None:
        """Ends the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
        self._loop.close()


@pytest.fixture
def loop() -> Iterator[Loop]:
    """An event loop that runs beside the test."""
    loop = Loop()
    yield loop
    loop.close()


@ssm.cache("/app/var")
async def handler(event: object, context: LambdaContext) -> object:
    """Returns the event and the value."""
    await asyncio.sleep(0)
    return event, context.var


def test_an_async_handler_stays_one() -> None:
    assert inspect.iscoroutinefunction(handler)
    assert handler.__name__ == "handler"
    assert handler.__doc__ == "Returns the event and the value."
    assert inspect.iscoroutinefunction(inspect.unwrap(handler))


def test_an_async_stack_stays_one() -> None:
    @ssm.cache("/app/var")
    @secrets_manager.cache("name")
    @s3.cache("s3://bucket/key")
    async def stacked(event: object, context: LambdaContext) -> None: ...

    assert inspect.iscoroutinefunction(stacked)


def test_an_async_handler_gets_its_value(account: Account, proxy: Proxy, clock: Time) -> None:
    account.put_parameter("/app/var", "one")
    for _ in range(2):  # each asyncio.run has a new loop
        assert asyncio.run(handler("event", LambdaContext())) == ("event", "one")
    assert proxy.count() == 1
    account.put_parameter("/app/var", "two")
    clock.advance(60)
    assert asyncio.run(handler("event", LambdaContext())) == ("event", "two")


def test_event_loop_is_free_while_a_handler_waits(account: Account, proxy: Proxy, loop: Loop) -> None:
    account.put_parameter("/app/var", "value")
    with proxy.hold():
        answer = loop.submit(handler("event", LambdaContext()))
        proxy.wait_for(in_flight=1)
        loop.assert_free()
        assert not answer.done()
    assert answer.result(30) == ("event", "value")


@pytest.mark.parametrize(
    "ask",
    [
        lambda: ssm.aget_entry("/app/var"),
        lambda: ssm.aget_entry(["/app/var"], entry_name="list"),
        lambda: secrets_manager.aget_entry("/prod/secret"),
        lambda: s3.aget_entry("s3://bucket/key"),
    ],
    ids=["parameter", "list", "secret", "file"],
)
def test_the_event_loop_is_free_while_aget_entry_waits(
    account: Account, proxy: Proxy, loop: Loop, ask: Callable[[], Any]
) -> None:
    account.put_parameter("/app/var", "value")
    account.put_secret("/prod/secret", "value")
    account.put_object("s3://bucket/key", b"value")

    async def main() -> object:
        return await ask()

    with proxy.hold():
        answer = loop.submit(main())
        proxy.wait_for(in_flight=1)
        loop.assert_free()
    assert answer.result(30)


def test_aget_entry_returns_the_same_as_get_entry(account: Account, proxy: Proxy, folder: Path) -> None:
    account.put_parameter("/app/list", "a,b", "StringList")
    account.put_secret("/prod/secret", b"\x00")
    account.put_object("s3://bucket/key", b"content")

    async def main() -> tuple[object, ...]:
        return (
            await ssm.aget_entry("/app/list", 60, "name"),
            await ssm.aget_entry(parameter=["/app/list"], max_age_in_seconds=60, entry_name="name"),
            await secrets_manager.aget_entry(name="/prod/secret", max_age_in_seconds=60, entry_name="name"),
            await s3.aget_entry(
                s3Uri="s3://bucket/key", max_age_in_seconds=60, entry_name="name", check_before_download=True
            ),
        )

    expected = (["a", "b"], {"list": ["a", "b"]}, b"\x00", str(folder / "name"))
    assert asyncio.run(main()) == expected
    assert proxy.count() == 4
    assert ssm.get_entry("/app/list") == ["a", "b"]
    assert secrets_manager.get_entry("/prod/secret") == b"\x00"
    assert proxy.count() == 4


@pytest.mark.parametrize("module", [ssm, secrets_manager, s3])
def test_aget_entry_has_the_signature_of_get_entry(module: Any) -> None:
    parameters = inspect.signature(module.get_entry).parameters
    assert dict(inspect.signature(module.aget_entry).parameters) == dict(parameters)


def test_aget_entry_result_may_be_changed(account: Account) -> None:
    account.put_parameter("/app/list", "a,b", "StringList")

    async def main() -> None:
        first = await ssm.aget_entry("/app/list")
        assert isinstance(first, list)
        first.append("changed")
        assert await ssm.aget_entry("/app/list") == ["a", "b"]

    asyncio.run(main())


def test_a_stack_of_an_async_handler_is_in_flight_at_once(account: Account, proxy: Proxy, loop: Loop) -> None:
    for name in ("a", "b", "c"):
        account.put_parameter(f"/app/{name}", name)

    @ssm.cache("/app/a")
    @ssm.cache("/app/b")
    @ssm.cache("/app/c")
    async def stacked(event: object, context: LambdaContext) -> object:
        return context.a, context.b, context.c

    with proxy.hold():
        answer = loop.submit(stacked({}, LambdaContext()))
        proxy.wait_for(in_flight=3)
        loop.assert_free()
    assert answer.result(30) == ("a", "b", "c")


def test_many_tasks_for_one_cold_key_make_one_request(account: Account, proxy: Proxy, loop: Loop) -> None:
    account.put_parameter("/app/var", "value")

    async def main() -> list[object]:
        return await asyncio.gather(*(ssm.aget_entry("/app/var") for _ in range(100)))

    with proxy.hold():
        answer = loop.submit(main())
        proxy.wait_for(in_flight=1)
    assert answer.result(30) == ["value"] * 100
    assert proxy.count() == 1


def test_a_task_and_a_thread_share_one_request(account: Account, proxy: Proxy, loop: Loop) -> None:
    account.put_parameter("/app/var", "value")
    with proxy.hold():
        answer = loop.submit(handler("event", LambdaContext()))
        proxy.wait_for(in_flight=1)
        thread = threading.Thread(target=ssm.get_entry, args=("/app/var",))
        thread.start()
    assert answer.result(30) == ("event", "value")
    thread.join(30)
    assert proxy.count() == 1


def test_cancelled_task_ends_without_running_its_handler(account: Account, proxy: Proxy, loop: Loop) -> None:
    account.put_parameter("/app/var", "value")
    ran: list[object] = []

    @ssm.cache("/app/var")
    async def cancelled(event: object, context: LambdaContext) -> None:
        ran.append(event)

    async def main() -> str:
        task = asyncio.create_task(cancelled("event", LambdaContext()))
        await asyncio.to_thread(proxy.wait_for, 1)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            return "cancelled"
        return "finished"

    with proxy.hold():
        assert loop.submit(main()).result(10) == "cancelled"
    assert ran == []
    assert ssm.get_entry("/app/var") == "value"


def test_a_cancelled_task_leaves_no_thread_behind(account: Account, proxy: Proxy, loop: Loop) -> None:
    account.put_parameter("/app/var", "value")

    async def main() -> set[threading.Thread]:
        before = set(threading.enumerate())
        task = asyncio.create_task(handler("event", LambdaContext()))
        await asyncio.to_thread(proxy.wait_for, 1)
        not_ours = ("asyncio_", "(process_request_thread)")  # of this test and of the proxy
        started = {
            thread for thread in set(threading.enumerate()) - before if not any(x in thread.name for x in not_ours)
        }
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return started

    with proxy.hold():
        started = loop.submit(main()).result(10)
        for thread in started:
            thread.join(5)
        assert not [thread for thread in started if thread.is_alive()]


def test_a_cancelled_leader_passes_the_lead_on(account: Account, proxy: Proxy, loop: Loop) -> None:
    account.put_parameter("/app/var", "value")

    async def main() -> object:
        leader = asyncio.create_task(handler("leader", LambdaContext()))
        await asyncio.to_thread(proxy.wait_for, 1)
        waiters = [asyncio.create_task(handler(number, LambdaContext())) for number in range(5)]
        await asyncio.sleep(0)  # they have asked now
        leader.cancel()
        asked.set()
        with pytest.raises(asyncio.CancelledError):
            await leader
        return await asyncio.gather(*waiters)

    asked = threading.Event()
    with proxy.hold():
        answer = loop.submit(main())
        assert asked.wait(10)
    assert answer.result(30) == [(number, "value") for number in range(5)]


def test_cancelled_waiter_does_not_affect_others(account: Account, proxy: Proxy, loop: Loop) -> None:
    account.put_parameter("/app/var", "value")

    async def main() -> object:
        leader = asyncio.create_task(handler("leader", LambdaContext()))
        await asyncio.to_thread(proxy.wait_for, 1)
        waiter = asyncio.create_task(handler("waiter", LambdaContext()))
        await asyncio.sleep(0)
        waiter.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiter
        cancelled.set()
        return await leader

    cancelled = threading.Event()
    with proxy.hold():
        answer = loop.submit(main())
        assert cancelled.wait(10)
    assert answer.result(30) == ("leader", "value")
    assert proxy.count() == 1


def test_a_time_out_of_asyncio_ends_a_fetch(account: Account, proxy: Proxy, loop: Loop) -> None:
    account.put_parameter("/app/var", "value")

    async def main() -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(handler("event", LambdaContext()), timeout=0.05)

    with proxy.hold():
        loop.submit(main()).result(10)


def test_max_age_0_never_joins_a_fetch_that_began_before(account: Account, proxy: Proxy, loop: Loop) -> None:
    account.put_parameter("/app/var", "after the rotation")
    proxy.fail_next.append(faults.parameter("/app/var", "before the rotation"))

    async def main() -> tuple[object, list[object]]:
        earlier = asyncio.create_task(handler("earlier", LambdaContext()))
        await asyncio.to_thread(proxy.wait_for, 1)
        later = [asyncio.ensure_future(_get("/app/var", 0)) for _ in range(5)]
        for _ in range(10):
            await asyncio.sleep(0)
        asked.set()
        return await earlier, list(await asyncio.gather(*later))

    asked = threading.Event()
    with proxy.hold():
        answer = loop.submit(main())
        assert asked.wait(10)
    assert answer.result(30) == (("earlier", "before the rotation"), ["after the rotation"] * 5)


async def _get(parameter: str, max_age_in_seconds: float) -> object:
    return await ssm.aget_entry(parameter, max_age_in_seconds)


def test_an_error_is_raised_when_the_handler_is_awaited(account: Account) -> None:
    @ssm.cache("/app/none")
    async def failing(event: object, context: LambdaContext) -> None:
        pytest.fail("the handler ran")

    async def main() -> None:
        coroutine = failing({}, LambdaContext())
        with pytest.raises(exceptions.NotFoundError, match="/app/none"):
            await coroutine
        with pytest.raises(exceptions.ContextError, match="get_entry"):
            await failing({}, None)  # type: ignore[arg-type]
        with pytest.raises(exceptions.NotFoundError, match="/app/none"):
            await ssm.aget_entry("/app/none")

    asyncio.run(main())


def test_async_handlers_exception_passes_through(account: Account) -> None:
    account.put_parameter("/app/var", "value")
    error = KeyError("of the handler")

    @ssm.cache("/app/var")
    async def failing(event: object, context: LambdaContext) -> None:
        raise error

    with pytest.raises(KeyError) as caught:
        asyncio.run(failing({}, LambdaContext()))
    assert caught.value is error


def test_a_foreign_decorator_between_ours_still_runs(account: Account) -> None:
    for name in ("a", "b"):
        account.put_parameter(f"/app/{name}", name)
    seen: list[set[str]] = []

    def foreign(func: Any) -> Any:
        async def wrapper(event: object, context: LambdaContext) -> object:
            seen.append(context.added())
            return await func(event, context)

        return wrapper

    @ssm.cache("/app/a")
    @foreign
    @ssm.cache("/app/b")
    async def stacked(event: object, context: LambdaContext) -> object:
        return context.a, context.b

    assert asyncio.run(stacked({}, LambdaContext())) == ("a", "b")
    assert seen == [{"a"}]


class Functions:
    """Handlers that are async methods."""

    @ssm.cache("/app/var")
    async def method(self, event: object, context: LambdaContext) -> object:
        """A coroutine function like any other."""
        return event, context.var

    @classmethod
    @ssm.cache("/app/var")
    async def of_class(cls, event: object, *, context: LambdaContext) -> object:
        """The context by its name."""
        return cls.__name__, context.var


def test_async_methods(account: Account) -> None:
    account.put_parameter("/app/var", "value")
    assert asyncio.run(Functions().method("event", LambdaContext())) == ("event", "value")
    assert asyncio.run(Functions.of_class("event", context=LambdaContext())) == ("Functions", "value")
    assert inspect.iscoroutinefunction(Functions.method)


def test_a_hit_does_not_wait_for_a_fetch_of_another_key(account: Account, proxy: Proxy, loop: Loop) -> None:
    account.put_parameter("/app/var", "value")
    account.put_parameter("/app/other", "other")
    ssm.get_entry("/app/var")
    with proxy.hold():
        other = loop.submit(_get("/app/other", 60))
        proxy.wait_for(in_flight=1)
        assert loop.submit(handler("event", LambdaContext())).result(10) == ("event", "value")
    assert other.result(30) == "other"
