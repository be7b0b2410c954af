"""Processes that die or stand still in the middle of a download, and those that share the folder with them."""

from __future__ import annotations

import signal
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from tests.controlled_process import ControlledProcess
from tests.crashes import Crashes

if TYPE_CHECKING:
    from tests.fakes.fault_server import FaultServer

URI = "s3://bucket/object"
BODY = b"whole " * 100_000
PROCESSES = 8
SEED = 5


def lock_holder(folder: Path) -> int:
    """The process that holds a lock on a file of the private folder, as the kernel says."""
    inodes = {path.stat().st_ino for path in (folder / ".lambda-cache").glob("*.lock")}
    for line in Path("/proc/locks").read_text().splitlines():
        _, kind, _, _, process, file, *_ = line.split()
        if kind == "FLOCK" and int(file.rpartition(":")[2]) in inodes:
            return int(process)
    raise AssertionError("nobody holds the lock")


def wait_for_half_of_a_body(folder: Path) -> None:
    """Returns when the first half of a stalled body is on disk, or at least its file is."""
    deadline = time.monotonic() + 20
    while not any(part.stat().st_size for part in (folder / ".lambda-cache").glob("*.part")):
        assert time.monotonic() < deadline, "nothing was downloaded"
        time.sleep(0.01)


def test_killed_processes_leave_whole_files_and_no_locks(fault_server: FaultServer, folder: Path) -> None:
    crashes = Crashes(fault_server, folder, SEED)
    crashes.run(25)
    assert crashes.problems == []
    assert crashes.counts["kills in the middle of a body: a temporary file was left"] > 3
    assert crashes.counts["kills while another process waited or downloaded"] == 12


def test_eight_processes_that_want_one_object_download_it_once(fault_server: FaultServer) -> None:
    fault_server.put_object(URI, BODY)
    fault_server.fault(URI, "slow-body", bytes=len(BODY) // 10, milliseconds=20)
    with ExitStack() as stack:
        processes = [stack.enter_context(ControlledProcess()) for _ in range(PROCESSES)]
        for process in processes:
            process.tell("get", s3Uri=URI)
        assert [process.hear()["content"].encode() for process in processes] == [BODY] * PROCESSES
    assert fault_server.counts()["resources"] == {URI: 1}


def test_another_process_takes_over_a_killed_download(fault_server: FaultServer, folder: Path) -> None:
    fault_server.put_object(URI, BODY)
    fault_server.fault(URI, "stalled-body")
    with ExitStack() as stack:
        processes = [stack.enter_context(ControlledProcess()) for _ in range(PROCESSES)]
        for process in processes:
            process.tell("get", s3Uri=URI)
        wait_for_half_of_a_body(folder)
        (leader,) = (process for process in processes if process.process.pid == lock_holder(folder))
        leader.kill()
        killed_at = time.monotonic()
        others = [process for process in processes if process is not leader]
        assert [process.hear().get("content", "").encode() for process in others] == [BODY] * (PROCESSES - 1)
        assert time.monotonic() - killed_at < 2, "they waited for the dead"
    assert fault_server.counts()["resources"] == {URI: 2}


def test_wait_for_a_stopped_process_ends_at_the_deadline(fault_server: FaultServer, folder: Path) -> None:
    fault_server.put_object(URI, BODY)
    fault_server.fault(URI, "stalled-body")
    with ControlledProcess() as stopped, ControlledProcess() as waiting:
        stopped.tell("get", s3Uri=URI)
        wait_for_half_of_a_body(folder)
        stopped.process.send_signal(signal.SIGSTOP)
        answer = waiting.ask("get", s3Uri=URI, milliseconds=1_000)
        assert answer["error"] == "UnavailableError"
        assert URI in answer["message"]
        assert answer["seconds"] < 1
        stopped.kill()
        assert waiting.ask("get", s3Uri=URI, milliseconds=1_000)["content"].encode() == BODY
    assert fault_server.counts()["resources"] == {URI: 2}


def test_stale_file_is_served_while_a_process_is_stopped(fault_server: FaultServer, folder: Path) -> None:
    fault_server.put_object(URI, b"old")
    with ControlledProcess("clock") as waiting, ControlledProcess() as stopped:
        assert waiting.ask("get", s3Uri=URI)["content"] == "old"
        fault_server.put_object(URI, BODY)
        fault_server.fault(URI, "slow-body", bytes=len(BODY) // 10, milliseconds=50)
        stopped.tell("get", s3Uri=URI, max_age_in_seconds=0)
        wait_for_half_of_a_body(folder)
        stopped.process.send_signal(signal.SIGSTOP)
        waiting.ask("advance", seconds=60)
        answer = waiting.ask("get", s3Uri=URI, milliseconds=500, stale_if_error_in_seconds=60)
        assert answer["content"] == "old"
        stopped.process.send_signal(signal.SIGCONT)
        assert stopped.hear()["content"].encode() == BODY, "it could not go on where it had stopped"
        assert waiting.ask("get", s3Uri=URI, max_age_in_seconds=0)["content"].encode() == BODY


def test_fresh_file_is_used_without_waiting(fault_server: FaultServer, folder: Path) -> None:
    fault_server.put_object(URI, b"a second old")
    fault_server.put_object("s3://bucket/other", b"other")
    with ControlledProcess() as waiting, ControlledProcess() as finished, ControlledProcess() as stopped:
        waiting.ask("get", s3Uri="s3://bucket/other")  # so that its cache is older than the file that it takes over
        assert finished.ask("get", s3Uri=URI)["content"] == "a second old"
        fault_server.put_object(URI, BODY)
        fault_server.fault(URI, "stalled-body")
        stopped.tell("get", s3Uri=URI, max_age_in_seconds=0)
        wait_for_half_of_a_body(folder)
        stopped.process.send_signal(signal.SIGSTOP)
        answer = waiting.ask("get", s3Uri=URI, max_age_in_seconds=60, milliseconds=1_000)
        assert answer.get("content") == "a second old", answer
