"""A process is frozen between and during its fetches, with real signals."""

from __future__ import annotations

import signal
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.dialogue import Dialogue
from tests.fakes.fault_server import FaultServer
from tests.fakes.proxy import HANG_UP, Proxy

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

FREEZE_SECONDS = 3.5
"""Longer than all timeouts of the process together, and than the age of the signatures that the server takes."""
TIMEOUTS = {
    "LAMBDA_CACHE_CONNECT_TIMEOUT_IN_SECONDS": "0.7",
    "LAMBDA_CACHE_READ_TIMEOUT_IN_SECONDS": "0.7",
    "LAMBDA_CACHE_CALL_TIMEOUT_IN_SECONDS": "1.4",
}


@pytest.fixture
def server(rust_programs: dict[str, Path]) -> Iterator[FaultServer]:
    """AWS, which takes no signature that is older than two seconds."""
    with FaultServer(rust_programs["fault-server"]) as server:
        server.put_parameter("/app/var", "value")
        server.signature_limit(2)
        yield server


@pytest.fixture
def way(server: FaultServer) -> Iterator[Proxy]:
    """The way to it."""
    with Proxy(server.http) as way:
        yield way


class Frozen:
    """A process that fetches on command and can be frozen."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._process = dialogue.process
        self.say = dialogue.say
        self.answer = dialogue.hear

    def ask(self, name: str, max_age: float) -> None:
        """Has it begin to read."""
        self.say(f"{name} {max_age}")

    def tasks(self) -> dict[str, str]:
        """Its threads, each with how often it was scheduled; the one that reads has gone to sleep."""
        folder = Path(f"/proc/{self._process.pid}/task")
        deadline = time.monotonic() + 10
        while "S (sleeping)" not in (folder / str(self._process.pid) / "status").read_text():
            assert time.monotonic() < deadline, "it never rests"
            time.sleep(0.01)
        return {
            task.name: "".join(line for line in (task / "status").read_text().splitlines() if "ctxt_switches" in line)
            for task in folder.iterdir()
        }

    @contextmanager
    def frozen(self) -> Generator[None]:
        """It stands still for so long, whatever the block does meanwhile."""
        self._process.send_signal(signal.SIGSTOP)
        thawing = time.monotonic() + FREEZE_SECONDS
        try:
            yield
            time.sleep(max(0.0, thawing - time.monotonic()))
        finally:
            self._process.send_signal(signal.SIGCONT)


@pytest.fixture
def process(way: Proxy, monkeypatch: pytest.MonkeyPatch) -> Iterator[Frozen]:
    """The process, without retries of the SDK: whatever it survives, it survives by itself."""
    for name, value in TIMEOUTS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", way.url)
    with Dialogue("frozen") as dialogue:
        yield Frozen(dialogue)


def test_age_grows_while_frozen_and_dead_connection_is_free(server: FaultServer, way: Proxy, process: Frozen) -> None:
    process.ask("/app/var", 3)
    assert process.answer()["answer"] == "value"
    server.put_parameter("/app/var", "changed")
    process.ask("/app/var", 3)
    assert process.answer()["answer"] == "value"
    with process.frozen():
        way.close_idle()
    process.ask("/app/var", 3)
    again = process.answer()
    assert again["answer"] == "changed"
    assert again["seconds"] < 0.5
    assert way.connections == 2


@pytest.mark.parametrize("is_kept", [False, True], ids=["on a new connection", "on a kept connection"])
def test_a_fetch_that_was_in_flight_is_signed_again(
    server: FaultServer, way: Proxy, process: Frozen, is_kept: bool
) -> None:
    if is_kept:
        process.ask("/app/var", 60)
        assert process.answer()["answer"] == "value"
    way.fail_next.append(HANG_UP)
    with ExitStack() as thaw, way.hold():
        process.ask("/app/var", 0)
        way.wait_for(in_flight=1)
        # The hold ends first, and the server hangs up on a process that is frozen.
        thaw.enter_context(process.frozen())
    assert process.answer()["answer"] == "value"
    assert server.counts()["refused_signatures"] == 0


def test_a_fetch_that_was_never_answered_is_signed_again(server: FaultServer, process: Frozen) -> None:
    server.fault("/app/var", "silence")
    process.ask("/app/var", 0)
    _until_asked(server, 1)
    with process.frozen():
        pass
    assert process.answer()["answer"] == "value"
    first, second = server.requests("/app/var")
    assert first["amz_date"] != second["amz_date"]
    assert server.counts()["refused_signatures"] == 0


def test_nothing_runs_between_fetches(way: Proxy, process: Frozen) -> None:
    process.ask("/app/var", 0)
    process.answer()
    idle = process.tasks()
    assert len(idle) == 1
    with way.hold():  # without a request nothing arrives
        time.sleep(0.5)
        assert process.tasks() == idle, "a thread was scheduled meanwhile"
        assert way.count() == 1


def test_silence_without_a_freeze_is_not_retried(server: FaultServer, process: Frozen) -> None:
    server.fault("/app/var", "silence")
    process.ask("/app/var", 0)
    answer = process.answer()
    assert answer["answer"].startswith("UnavailableError")
    assert 0.6 < answer["seconds"] < 2.4
    assert len(server.requests("/app/var")) == 1


def _until_asked(server: FaultServer, times: int) -> None:
    deadline = time.monotonic() + 10
    while len(server.requests("/app/var")) < times:
        assert time.monotonic() < deadline, "it never asked"
        time.sleep(0.01)
