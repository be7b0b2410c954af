"""Crowds: many threads, many tasks, several event loops, with hits, misses, refreshes, errors and cancellations."""

from __future__ import annotations

import asyncio
import random
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lambda_cache import exceptions, s3, secrets_manager, ssm

from tests.context import LambdaContext

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import ThreadPoolExecutor

    from lambda_cache.testing import Time

    from tests.account import Account
    from tests.fakes.proxy import Proxy

THREADS = 64
NAMES = [f"/app/var{number}" for number in range(20)]
SEED = 20261124


class Versions:
    """A parameter, a secret and an object that get a new version at once, and the oldest one that may still be seen."""

    def __init__(self, account: Account, clock: Time) -> None:
        self._account = account
        self._clock = clock
        self.newest = 0
        """The version that every fetch which begins now must see, or a later one."""
        self.oldest_fresh = 0
        """The version that every look which begins now, with a max age of 60 s, must see, or a later one."""
        self.put()

    def put(self) -> None:
        """The next version, everywhere."""
        text = str(self.newest + 1)
        self._account.put_parameter("/app/version", text)
        self._account.put_secret("/prod/version", text)
        self._account.put_object("s3://bucket/version", text.encode())
        self.newest += 1

    def age(self) -> None:
        """Lets a minute pass, so that the values seen so far are too old."""
        newest = self.newest
        self._clock.advance(60)
        self.oldest_fresh = newest


READ: list[Callable[[float], int]] = [
    lambda max_age_in_seconds: int(str(ssm.get_entry("/app/version", max_age_in_seconds))),
    lambda max_age_in_seconds: int(secrets_manager.get_entry("/prod/version", max_age_in_seconds)),
    lambda max_age_in_seconds: int(Path(s3.get_entry("s3://bucket/version", max_age_in_seconds)).read_text()),
]


def test_concurrent_threads_see_no_value_past_their_max_age(
    account: Account, background: ThreadPoolExecutor, clock: Time
) -> None:
    versions = Versions(account, clock)
    for name in NAMES:
        account.put_parameter(name, name)
    all_there, over = threading.Barrier(THREADS + 1), threading.Event()

    @ssm.cache("/app/version")
    @secrets_manager.cache("/prod/version", entry_name="secret")
    def handler(event: object, context: LambdaContext) -> int:
        return min(int(context.version), int(context.secret))

    def thread(number: int) -> dict[str, int]:
        dice = random.Random(SEED + number)
        done = {"hit": 0, "fresh": 0, "handler": 0, "other": 0, "error": 0}
        all_there.wait(60)
        while not over.is_set():
            what = dice.choices(list(done), [8, 2, 8, 3, 1])[0]
            if what == "hit":
                oldest = versions.oldest_fresh
                assert dice.choice(READ)(60) >= oldest
            elif what == "fresh":
                oldest = versions.newest
                assert dice.choice(READ)(0) >= oldest
            elif what == "handler":
                oldest = versions.oldest_fresh
                assert handler({}, LambdaContext()) >= oldest
            elif what == "other":
                name = dice.choice(NAMES)
                assert ssm.get_entry(name, dice.choice((0, 60))) == name
            else:
                with pytest.raises(exceptions.NotFoundError, match="/app/none"):
                    ssm.get_entry("/app/none")
            done[what] += 1
        return done

    threads = [background.submit(thread, number) for number in range(THREADS)]
    all_there.wait(60)
    for _ in range(8):
        versions.put()
        versions.age()
    over.set()
    done = [thread.result() for thread in threads]
    assert all(sum(counts[what] for counts in done) > 20 for what in done[0]), "something was hardly tried"
    assert [read(0) for read in READ] == [versions.newest] * 3


async def crowd(tasks: int, seed: int) -> tuple[int, int]:
    """Runs so many tasks on this loop and cancels a quarter of them at random; how many ended well, and cancelled."""

    @ssm.cache("/app/shared")
    @secrets_manager.cache("/prod/shared", entry_name="secret")
    async def handler(event: str, context: LambdaContext) -> list[object]:
        return [context.shared, context.secret, await ssm.aget_entry(event, 0)]

    dice = random.Random(seed)
    asked = [dice.choice(NAMES) for _ in range(tasks)]
    running = [asyncio.create_task(handler(name, LambdaContext())) for name in asked]
    unlucky = dice.sample(running, tasks // 4)
    for task in unlucky:
        asyncio.get_running_loop().call_later(dice.random() / 5, task.cancel)
    ended = await asyncio.gather(*running, return_exceptions=True)
    cancelled = {task for task in running if task.cancelled()}
    assert cancelled <= set(unlucky)
    for task, name, value in zip(running, asked, ended, strict=True):
        if task not in cancelled:
            assert value == ["shared", "secret", name]
    return tasks - len(cancelled), len(cancelled)


@pytest.mark.parametrize(("loops", "tasks"), [(1, 500), (8, 64)])
def test_concurrent_tasks_get_their_values_despite_cancels(
    account: Account,
    background: ThreadPoolExecutor,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    loops: int,
    tasks: int,
) -> None:
    monkeypatch.setattr(proxy, "delay_seconds", 0.05)  # so that there is something to cancel
    account.put_parameter("/app/shared", "shared")
    account.put_secret("/prod/shared", "secret")
    for name in NAMES:
        account.put_parameter(name, name)

    def run(number: int) -> tuple[int, int]:
        return asyncio.run(crowd(tasks, SEED + number))

    ended = list(background.map(run, range(loops)))
    assert sum(good for good, _ in ended) >= loops * tasks * 3 // 4
    assert sum(cancelled for _, cancelled in ended) > 20
    calls = proxy.count()
    assert calls < loops * tasks, "nobody shared a request"
    for thread in threading.enumerate():
        if thread.name == "lambda-cache":
            thread.join(10)
            assert not thread.is_alive(), "a fetch without waiters continues"
    assert ssm.get_entry("/app/shared") == "shared"
    assert proxy.count() == calls, "what a crowd had fetched was not kept"
