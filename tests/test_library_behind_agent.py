"""The library behind the agent: processes share its requests, and go on without it."""

from __future__ import annotations

import os
import signal
import socket
from typing import TYPE_CHECKING

import pytest
from lambda_cache import exceptions, secrets_manager, ssm

from tests import command_line, program
from tests.agent_process import TOKEN, Agent
from tests.doc_walkthrough import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import ThreadPoolExecutor
    from pathlib import Path

    from tests.account import Account
    from tests.fakes.aws import Aws
    from tests.fakes.fault_server import FaultServer
    from tests.fakes.proxy import Proxy

PROCESSES = 64
THREADS = 32


@pytest.fixture
def agent(rust_programs: dict[str, Path], moto: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Agent]:
    """An agent before moto, which the library asks. What the library asks AWS goes through the proxy instead."""
    with Agent(rust_programs["lambda-cache-agent"], moto.environment()) as agent:
        monkeypatch.setenv("AWS_TOKEN", TOKEN)
        monkeypatch.setenv("LAMBDA_CACHE_AGENT", agent.address)
        yield agent


@pytest.fixture
def agent_before_faults(
    rust_programs: dict[str, Path], fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Agent]:
    """An agent before the fault server."""
    with Agent(rust_programs["lambda-cache-agent"], fault_server.environment()) as agent:
        monkeypatch.setenv("AWS_TOKEN", TOKEN)
        monkeypatch.setenv("LAMBDA_CACHE_AGENT", agent.address)
        yield agent


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A program that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        monkeypatch.setenv("AWS_TOKEN", TOKEN)
        monkeypatch.setenv("LAMBDA_CACHE_AGENT", f"http://127.0.0.1:{server.getsockname()[1]}")
        yield server


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]


@pytest.mark.usefixtures("agent_before_faults")
def test_processes_that_start_together_make_one_request(fault_server: FaultServer) -> None:
    fault_server.put_parameter("/app/var", "x")
    started = [program.start("behind_agent", "/app/var") for _ in range(PROCESSES)]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [program.finish(process) for process in started] == ["x"] * PROCESSES
    assert fault_server.counts()["operations"] == {"GetParameter": 1}


def test_killed_agent_costs_no_call_its_value(agent_before_faults: Agent, fault_server: FaultServer) -> None:
    names = [f"/app/var{number}" for number in range(THREADS)]
    for name in names:
        fault_server.put_parameter(name, name)
        fault_server.fault(name, "latency", "always", milliseconds=20)
    process = program.start("asking_threads", *names)
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == "asking\n"
    agent_before_faults.kill()
    process.stdin.write("stop\n")
    process.stdin.flush()
    output, errors = process.communicate(timeout=60)
    assert output == "every call had its value\n", errors
    assert errors.count("the agent at") == 1


def test_agent_that_never_answers_costs_a_warning(
    silent: socket.socket, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    account.put_parameter("/app/var", "x")
    assert [ssm.get_entry("/app/var", 0) for _ in range(3)] == ["x"] * 3
    (warning,) = warnings_of(caplog)
    assert f":{silent.getsockname()[1]} did not answer within 1000 ms" in warning


@pytest.mark.usefixtures("silent")
def test_threads_behind_a_silent_agent_ask_aws(account: Account, proxy: Proxy, background: ThreadPoolExecutor) -> None:
    names = [f"/app/var{number}" for number in range(THREADS)]
    for name in names:
        account.put_parameter(name, name)

    def read(name: str) -> object:
        return ssm.get_entry(name)

    assert (list(background.map(read, names)), proxy.count("GetParameter")) == (names, THREADS)


@pytest.mark.usefixtures("agent")
def test_values_and_errors_come_from_the_agent(
    account: Account, proxy: Proxy, caplog: pytest.LogCaptureFixture
) -> None:
    account.put_parameter("/app/var", "x", "SecureString")
    account.put_parameter("/app/list", "a,b", "StringList")
    account.put_secret("prod/db", "0ld")
    account.put_secret("prod/db", "pa55")
    account.put_secret("binary", b"\x00")
    assert ssm.get_entry("/app/var") == "x"
    assert ssm.get_entry(path="/app", entry_name="app") == {"var": "x", "list": ["a", "b"]}
    assert ssm.get_entry(["/app/var", "/app/list"], entry_name="both") == {"var": "x", "list": ["a", "b"]}
    assert ssm.get_entry("/none", default=None) is None
    assert secrets_manager.get_entry("prod/db") == "pa55"
    assert secrets_manager.get_entry("prod/db", version_stage="AWSPREVIOUS") == "0ld"
    assert secrets_manager.get_entry("binary") == b"\x00"
    with pytest.raises(exceptions.NotFoundError) as raised:
        ssm.get_entry("/none")
    assert raised.value.response["Error"]["Code"] == "ParameterNotFound"
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert (proxy.count(), warnings_of(caplog)) == (0, [])


@pytest.mark.usefixtures("agent")
def test_invalidated_value_is_not_the_agents_old_one(account: Account) -> None:
    account.put_parameter("/app/var", "old")
    assert ssm.get_entry("/app/var") == "old"
    account.put_parameter("/app/var", "new")
    assert ssm.get_entry("/app/var") == "old"
    ssm.invalidate("/app/var")
    assert ssm.get_entry("/app/var") == "new"


def test_auto_finds_the_agent_at_its_port(
    agent: Agent, account: Account, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.put_parameter("/app/var", "x")
    monkeypatch.setenv("LAMBDA_CACHE_AGENT", "auto")
    monkeypatch.setenv("LAMBDA_CACHE_AGENT_PORT", agent.address.rpartition(":")[2])
    assert (ssm.get_entry("/app/var"), proxy.count()) == ("x", 0)


def test_auto_without_an_agent_is_silent(
    account: Account, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    account.put_parameter("/app/var", "x")
    monkeypatch.setenv("AWS_TOKEN", TOKEN)
    monkeypatch.setenv("LAMBDA_CACHE_AGENT", "auto")
    monkeypatch.setenv("LAMBDA_CACHE_AGENT_PORT", str(free_port()))
    assert ssm.get_entry("/app/var") == "x"
    assert warnings_of(caplog) == []


@pytest.mark.parametrize("given", ["on", "http://10.0.0.5:2773", "https://127.0.0.1:2773"])
def test_wrong_address_is_quoted(account: Account, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    account.put_parameter("/app/var", "x")
    monkeypatch.setenv("LAMBDA_CACHE_AGENT", given)
    with pytest.raises(exceptions.ConfigurationError, match=f'LAMBDA_CACHE_AGENT="{given}" is neither off nor auto'):
        ssm.get_entry("/app/var")


def test_check_reads_through_the_agent(agent: Agent, account: Account, proxy: Proxy, tmp_path: Path) -> None:
    account.put_parameter("/app/var", "x")
    command_line.app(tmp_path, "@ssm.cache('/app/var')\ndef handler(event, context): pass")
    ended = command_line.run(tmp_path, "check", "app.handler")
    assert (ended.code, proxy.count(), agent.get("/stats")[1]["entries"][0]["misses"]) == (0, 0, 1), ended
    agent.kill()
    ended = command_line.run(tmp_path, "check", "app.handler")
    assert (ended.code, proxy.count("GetParameter")) == (0, 1), ended
    assert "the agent at" in ended.err


def test_forked_child_asks_the_agent_itself(agent: Agent, account: Account, proxy: Proxy) -> None:
    account.put_parameter("/app/var", "x")
    assert ssm.get_entry("/app/var") == "x"
    child = os.fork()
    if child == 0:
        signal.alarm(30)
        os._exit(0 if ssm.get_entry("/app/var") == "x" else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert (proxy.count(), agent.get("/stats")[1]["entries"][0]["hits"]) == (0, 1)
