"""The loop of a soak: invocations of handlers with all sources, and random disturbances."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from lambda_cache import exceptions, s3, secrets_manager, ssm

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lambda_cache.testing import Time

    from tests.fakes.fault_server import FaultServer

CHANGING_NAMES = 1_300
"""More than the cache holds, so that every one of them has been evicted when its turn comes again."""
FILES = 40
FILE_BYTES = 50_000
WARM_UP_ROUNDS = 20
WARM_UP_INVOCATIONS = 20_000
THREADS = 8
SECONDS_BETWEEN_SIGNALS = 0.2
SECONDS_BETWEEN_INVOCATIONS = 0.5
INVOCATIONS_IN_THREADS = 80
INVOCATIONS_IN_CHILD = 20

_CHANGING = "/app/changing/"
PARAMETER, MEMBERS, SECRET, FILE = "/app/var", ["/app/one", "/app/two"], "/prod/secret", "s3://bucket/file"
RESOURCES = (PARAMETER, MEMBERS[0], SECRET, FILE)
FAULTS = ("throttled", "internal-error", "unavailable", "reset-before-answer", "closed-before-answer", "access-denied")
FAULTS_OF_JSON = ("unreadable", "reset-in-body", "not-found")
FAULTS_OF_S3 = ("reset-in-body", "truncated-body", "wrong-checksum", "not-found")


def put_everything(server: FaultServer) -> None:
    """Stores the values that the handlers read."""
    for name in (PARAMETER, *MEMBERS, *(_changing(number) for number in range(CHANGING_NAMES))):
        server.put_parameter(name, name)
    server.put_secret(SECRET, SECRET)
    server.put_object(FILE, b"f" * FILE_BYTES)


def _changing(number: int) -> str:
    return f"{_CHANGING}{number % CHANGING_NAMES}"


def changing(requests: Mapping[str, int]) -> int:
    """Returns the number of requests for changing names."""
    return sum(count for name, count in requests.items() if name.startswith(_CHANGING))


@ssm.cache(PARAMETER, 60, stale_if_error_in_seconds=600)
@ssm.cache(MEMBERS, 120, "members")
@secrets_manager.cache(SECRET, 90, stale_if_error_in_seconds=30)
@s3.cache(FILE, 100, check_before_download=True, stale_if_error_in_seconds=60)
def handler(event: object, context: SimpleNamespace) -> bool:
    """Whether everything is there."""
    return _is_right(context)


@ssm.cache(PARAMETER, 30)
@ssm.cache(MEMBERS, 60, "members")
@secrets_manager.cache(SECRET, 45)
@s3.cache(FILE, 150)
async def async_handler(event: object, context: SimpleNamespace) -> bool:
    """Checks the values, like the handler above, with shorter max ages."""
    await asyncio.sleep(0)
    return _is_right(context)


def _is_right(context: SimpleNamespace) -> bool:
    return (
        context.var == PARAMETER
        and context.members == {"one": MEMBERS[0], "two": MEMBERS[1]}
        and context.secret == SECRET
        and _is_whole(context.file)
    )


class Soak:
    """Invocations, between each of which half a second passes, on a server that now and then has a bad day."""

    def __init__(self, server: FaultServer, clock: Time, seed: int) -> None:
        self.done: Counter[str] = Counter()
        """The counts of the actions."""
        self.errors: Counter[str] = Counter()
        """The exceptions that were raised, by their names."""
        self.armed: Counter[str] = Counter()
        """The faults of the server, by their kinds."""
        self._server = server
        self._clock = clock
        self._dice = random.Random(seed)
        self._changing = 0
        self._rare: tuple[Callable[[], None], ...] = (
            self._arm,
            self._ask_for_another,
            self._ask_for_a_file,
            self._invoke_async,
            self._invoke_in_threads,
            self._fork,
        )

    def __enter__(self) -> Soak:
        self._loop = asyncio.new_event_loop()
        self._signal_handler = signal.signal(signal.SIGALRM, self._on_signal)
        signal.setitimer(signal.ITIMER_REAL, SECONDS_BETWEEN_SIGNALS, SECONDS_BETWEEN_SIGNALS)
        return self

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._signal_handler)
        self._loop.close()

    def warm_up(self) -> None:
        """Fills the cache, the folder and the allocator's pools, as they will be from then on."""
        for _ in range(CHANGING_NAMES):
            self._ask_for_another()
        for number in range(FILES):
            self._ask_for(f"file{number}")
        for _ in range(WARM_UP_ROUNDS):
            for act in self._rare:
                act()
            self.run(WARM_UP_INVOCATIONS // WARM_UP_ROUNDS)
        for counts in (self.done, self.errors, self.armed):
            counts.clear()

    def run(self, invocations: int) -> None:
        """So many invocations; every fiftieth, at random, is followed by something rarer."""
        for _ in range(invocations):
            self._clock.advance(SECONDS_BETWEEN_INVOCATIONS)
            self._attempt("invocations", invoke)
            if self._dice.random() < 1 / 50:
                self._dice.choices(self._rare, (200, 400, 200, 200, 15, 5))[0]()

    def _attempt(self, what: str, act: Callable[[], bool]) -> None:
        error = _attempted(act)
        self.done[what] += 1
        self.errors.update([error] if error else [])

    def _arm(self) -> None:
        resource = self._dice.choice(RESOURCES)
        kind = self._dice.choice((*FAULTS, *(FAULTS_OF_S3 if resource == FILE else FAULTS_OF_JSON)))
        self._server.fault(resource, kind, times=self._dice.randint(1, 3))
        self.armed[kind] += 1

    def _ask_for_another(self) -> None:
        self._changing += 1
        name = _changing(self._changing)
        self._attempt("parameters by get_entry", lambda: ssm.get_entry(name, float("inf")) == name)

    def _ask_for_a_file(self) -> None:
        self._ask_for(f"file{self._dice.randrange(FILES)}")

    def _ask_for(self, name: str) -> None:
        self._attempt("files by get_entry", lambda: _is_whole(s3.get_entry(FILE, 600, name)))

    def _invoke_async(self) -> None:
        self._attempt(
            "invocations of an async handler",
            lambda: self._loop.run_until_complete(async_handler({}, SimpleNamespace())),
        )

    def _invoke_in_threads(self) -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            errors = list(pool.map(_attempted, [invoke] * INVOCATIONS_IN_THREADS))
        self.done["invocations in threads"] += len(errors)
        self.errors.update(filter(None, errors))

    def _fork(self) -> None:
        child = os.fork()
        if child == 0:
            try:
                for _ in range(INVOCATIONS_IN_CHILD):
                    self._clock.advance(SECONDS_BETWEEN_INVOCATIONS)
                    _attempted(invoke)
                os._exit(0)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, "a forked child failed"
        self.done["forked children"] += 1

    def _on_signal(self, *_: object) -> None:
        self._attempt("signals", lambda: ssm.get_entry(PARAMETER, float("inf")) == PARAMETER)


def invoke() -> bool:
    """One invocation of the handler."""
    return handler({}, SimpleNamespace())


def _attempted(act: Callable[[], bool]) -> str | None:
    """The name of the error; `AssertionError` where a value is wrong."""
    try:
        is_right = act()
    except exceptions.LambdaCacheError as error:
        return type(error).__name__
    assert is_right, "a value is wrong"
    return None


def _is_whole(path: str) -> bool:
    return Path(path).stat().st_size == FILE_BYTES
