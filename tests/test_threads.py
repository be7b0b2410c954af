"""Threads that ask at the same time: one request a key, and never a value older than asked for."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
from lambda_cache import exceptions, s3, secrets_manager, ssm

from tests import faults
from tests.context import LambdaContext

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future, ThreadPoolExecutor
    from pathlib import Path

    from lambda_cache.testing import Time

    from tests.account import Account
    from tests.fakes.proxy import Proxy

THREADS = 32


def together(background: ThreadPoolExecutor, threads: int, ask: Callable[[], object]) -> list[Future[object]]:
    """Lets so many threads ask at the same moment."""
    barrier = threading.Barrier(threads)

    def asking() -> object:
        barrier.wait(30)
        return ask()

    return [background.submit(asking) for _ in range(threads)]


def ask_and_wait_until_inside(background: ThreadPoolExecutor, ask: Callable[[], object]) -> Future[object]:
    """Lets a thread ask, and returns when it is inside lambda_cache, waiting."""
    thread: list[int] = []

    def asking() -> object:
        thread.append(threading.get_ident())
        return ask()

    answer = background.submit(asking)
    deadline = time.monotonic() + 10
    seen_inside = 0
    while seen_inside < 20:  # it may have been about to call
        seen_inside = seen_inside + 1 if thread and _is_calling(thread[0], ask) else 0
        assert not answer.done(), answer.exception()
        assert time.monotonic() < deadline, "the thread never asked"
        time.sleep(0.001)
    return answer


def _is_calling(thread: int, function: Callable[[], object]) -> bool:
    """Returns whether the thread is in compiled code that the function called, which has no frame."""
    frame = sys._current_frames().get(thread)  # pyright: ignore[reportPrivateUsage]
    return frame is not None and frame.f_code is getattr(function, "__code__")  # noqa: B009 - a lambda has it


@pytest.mark.parametrize("source", ["parameter", "list", "secret", "file"])
def test_threads_that_ask_for_one_cold_key_make_one_request(
    account: Account, proxy: Proxy, background: ThreadPoolExecutor, folder: Path, source: str
) -> None:
    account.put_parameter("/app/var", "value")
    account.put_secret("/prod/secret", b"value")
    account.put_object("s3://bucket/key", b"value")
    ask, expected = {
        "parameter": (lambda: ssm.get_entry("/app/var"), "value"),
        "list": (lambda: ssm.get_entry(["/app/var"], entry_name="list"), {"var": "value"}),
        "secret": (lambda: secrets_manager.get_entry("/prod/secret"), b"value"),
        "file": (lambda: s3.get_entry("s3://bucket/key"), str(folder / "key")),
    }[source]
    with proxy.hold():
        answers = together(background, THREADS, ask)
        proxy.wait_for(in_flight=1)
    assert [answer.result(30) for answer in answers] == [expected] * THREADS
    assert proxy.count() == 1


def test_threads_share_the_request_but_not_the_context(
    account: Account, proxy: Proxy, background: ThreadPoolExecutor
) -> None:
    account.put_parameter("/app/hosts", "a,b", "StringList")

    @ssm.cache("/app/hosts")
    def handler(event: object, context: LambdaContext) -> object:
        context.hosts.append("mine")
        return context.hosts

    with proxy.hold():
        answers = together(background, THREADS, lambda: handler({}, LambdaContext()))
        proxy.wait_for(in_flight=1)
    assert [answer.result(30) for answer in answers] == [["a", "b", "mine"]] * THREADS
    assert proxy.count() == 1


def test_threads_wait_only_for_their_keys(account: Account, proxy: Proxy, background: ThreadPoolExecutor) -> None:
    names = [f"/app/var{number}" for number in range(8)]
    for name in names:
        account.put_parameter(name, name)
    with proxy.hold():
        answers = [background.submit(ssm.get_entry, name) for name in names]
        proxy.wait_for(in_flight=8)
    assert [answer.result(30) for answer in answers] == names


def test_max_age_0_never_sees_the_value_from_before_its_call(
    account: Account, proxy: Proxy, background: ThreadPoolExecutor
) -> None:
    account.put_secret("/prod/secret", "after the rotation")
    proxy.fail_next.append(faults.secret("/prod/secret", "before the rotation"))  # read before, answered later
    with proxy.hold():
        earlier = background.submit(secrets_manager.get_entry, "/prod/secret", 0)
        proxy.wait_for(in_flight=1)
        later = ask_and_wait_until_inside(background, lambda: secrets_manager.get_entry("/prod/secret", 0))
    assert earlier.result(30) == "before the rotation"
    assert later.result(30) == "after the rotation"
    assert proxy.count() == 2
    assert secrets_manager.get_entry("/prod/secret") == "after the rotation"


def test_a_flight_older_than_the_callers_max_age_is_not_joined(
    account: Account, proxy: Proxy, background: ThreadPoolExecutor, clock: Time
) -> None:
    account.put_parameter("/app/var", "new")
    proxy.fail_next.append(faults.parameter("/app/var", "old"))
    with proxy.hold():
        earlier = background.submit(ssm.get_entry, "/app/var", 60)
        proxy.wait_for(in_flight=1)
        clock.advance(60)
        later = ask_and_wait_until_inside(background, lambda: ssm.get_entry("/app/var", 60))
    assert earlier.result(30) == "old"
    assert later.result(30) == "new"


def test_a_flight_younger_than_the_callers_max_age_is_joined(
    account: Account, proxy: Proxy, background: ThreadPoolExecutor, clock: Time
) -> None:
    proxy.fail_next.append(faults.parameter("/app/var", "of the one flight"))
    with proxy.hold():
        earlier = background.submit(ssm.get_entry, "/app/var", 60)
        proxy.wait_for(in_flight=1)
        clock.advance(30)
        later = ask_and_wait_until_inside(background, lambda: ssm.get_entry("/app/var", 60))
    assert earlier.result(30) == later.result(30) == "of the one flight"
    assert proxy.count() == 1


def test_age_counts_from_the_moment_the_fetch_began(
    account: Account, proxy: Proxy, background: ThreadPoolExecutor, clock: Time
) -> None:
    account.put_parameter("/app/var", "value")
    with proxy.hold():
        answer = background.submit(ssm.get_entry, "/app/var")
        proxy.wait_for(in_flight=1)
        clock.advance(40)
    answer.result(30)
    clock.advance(10)
    ssm.get_entry("/app/var")
    assert proxy.count() == 1
    clock.advance(10)
    ssm.get_entry("/app/var")
    assert proxy.count() == 2


def test_every_thread_gets_the_error_of_aws(account: Account, proxy: Proxy, background: ThreadPoolExecutor) -> None:
    with proxy.hold():
        answers = together(background, THREADS, lambda: ssm.get_entry("/app/none"))
        proxy.wait_for(in_flight=1)
    errors = [answer.exception(30) for answer in answers]
    assert all(isinstance(error, exceptions.NotFoundError) for error in errors)
    assert all("/app/none" in str(error) for error in errors)
    assert len({id(error) for error in errors}) == THREADS, "an exception shared by threads mixes their tracebacks"


def test_a_leaders_deadline_is_its_own(account: Account, proxy: Proxy, background: ThreadPoolExecutor) -> None:
    account.put_parameter("/app/var", "value")

    @ssm.cache("/app/var")
    def handler(event: object, context: LambdaContext) -> object:
        return context.var

    with proxy.hold():
        leader = background.submit(handler, {}, LambdaContext(remaining_milliseconds=500))
        proxy.wait_for(in_flight=1)
        waiter = ask_and_wait_until_inside(background, lambda: ssm.get_entry("/app/var"))
        with pytest.raises(exceptions.UnavailableError):
            leader.result(10)
    assert waiter.result(30) == "value"
