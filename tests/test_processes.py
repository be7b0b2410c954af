"""Processes, forks and signals: what start methods, forks in the middle of a fetch, and Ctrl-C leave behind."""

from __future__ import annotations

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from tests import program
from tests.fakes.function import Function

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.account import Account
    from tests.fakes.aws import Aws
    from tests.fakes.fault_server import FaultServer
    from tests.fakes.proxy import Proxy

# Python's warnings about forks and threads are ignored, because the programs' output is tested.
FLAGS = ("-I", "-W", "ignore::DeprecationWarning")
EVERYTHING = ["parameter", "secret", "file"]


@pytest.fixture
def filled(account: Account) -> Account:
    """An account with an entry of each source."""
    account.put_parameter("/app/var", "parameter")
    account.put_secret("/prod/secret", "secret")
    account.put_object("s3://bucket/key", b"file")
    return account


# ===== Processes =====


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_a_pool_of_processes_works_whatever_its_start_method(proxy: Proxy, method: str) -> None:
    seen = program.run("process_pool", method, flags=FLAGS)
    assert seen["before"] == seen["after"] == EVERYTHING
    assert [values for _, values in seen["workers"]] == [[EVERYTHING] * 3] * 12
    workers = len({process for process, _ in seen["workers"]})
    assert workers > 1
    assert proxy.count("GetParameter") == 2 + workers + 12, "each worker has and keeps a separate cache"


@pytest.mark.usefixtures("filled")
def test_fifty_forks_by_a_third_thread_while_two_threads_fetch() -> None:
    seen = program.run("fork_storm", flags=FLAGS)
    assert seen["exit_codes"] == [0] * 50
    assert seen["in_flight"] > 25, "too few forks found both threads in the middle of a fetch"
    assert seen["seen"] == [["parameter"], ["secret"]]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("names", [("/app/var", "/prod/secret"), ("/no/such", "no-such")], ids=["value", "error"])
def test_no_child_of_a_fork_in_a_first_fetch_hangs(names: tuple[str, str]) -> None:
    assert program.run("fork_first_fetch", *names, flags=FLAGS) == 100


FUNCTION = """
import os
from lambda_cache import ssm

@ssm.cache("/app/var")
def handler(event, context):
    return [os.getpid(), context.var]
"""


@pytest.mark.usefixtures("filled")
def test_managed_instance_processes_have_separate_caches(moto: Aws, proxy: Proxy, tmp_path: Path) -> None:
    (tmp_path / "function.py").write_text(FUNCTION)
    variables = moto.environment(proxy.url) | {"AWS_LAMBDA_MAX_CONCURRENCY": "2"}
    with Function.python("function.handler", variables, tmp_path) as function, ThreadPoolExecutor(2) as pool:
        with proxy.hold():
            both = [pool.submit(function.invoke) for _ in range(2)]
            proxy.wait_for(in_flight=2)  # one call of each process, which takes no second event meanwhile
        answers: list[Any] = [one.result().response for one in both]
        answers += [function.invoke().response for _ in range(4)]
    assert {value for _, value in answers} == {"parameter"}
    assert len({process for process, _ in answers}) == proxy.count("GetParameter") == 2


# ===== Signals =====


def interrupt(process: subprocess.Popen[str]) -> tuple[float, str]:
    """Returns the seconds until the program ended after Ctrl-C, and its output. It must have ended by Ctrl-C."""
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    try:
        _, errors = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == -signal.SIGINT, errors
    return time.monotonic() - began, errors


@pytest.mark.parametrize("way", ["get_entry", "handler", "async handler", "file", "file handler"])
def test_ctrl_c_ends_a_program_that_waits_for_an_answer(account: Account, proxy: Proxy, way: str) -> None:
    account.put_secret("/prod/secret", "c4n4ry")
    process = program.start("interrupted", way)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "has the secret\n"
    with proxy.hold():
        process.stdin.write("\n")
        process.stdin.flush()
        proxy.wait_for(in_flight=1)
        seconds, errors = interrupt(process)
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert "interrupted.py" in errors
    assert "c4n4ry" not in errors
    assert seconds < 3


@pytest.mark.parametrize("way", ["file", "file handler"])
def test_ctrl_c_in_the_middle_of_a_download_leaves_no_file(fault_server: FaultServer, folder: Path, way: str) -> None:
    fault_server.put_secret("/prod/secret", "c4n4ry")
    fault_server.put_object("s3://bucket/key", bytes(1_000_000))
    fault_server.fault("s3://bucket/key", "slow-body", bytes=1_000, milliseconds=10)
    process = program.start("interrupted", way)
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    deadline = time.monotonic() + 20
    while not list((folder / ".lambda-cache").glob("*.part")):
        assert time.monotonic() < deadline, "the download never began"
        time.sleep(0.01)
    seconds, errors = interrupt(process)
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert "c4n4ry" not in errors
    assert seconds < 3
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} == {".lock"}


@pytest.mark.usefixtures("filled")
def test_repeated_signals_do_not_interrupt_fetches(account: Account) -> None:
    account.put_parameter("/app/hit", "hit")
    seen = program.run("signals")
    assert seen["signals"] > 20
    assert seen["seen"] == [EVERYTHING]
    assert seen["in_signals"] == ["hit"]
