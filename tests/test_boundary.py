"""The boundary between Rust and Python: what unwinds below it is an exception of the package, and everything goes on.

Under the AWS SDK, Tokio panics where it needs a thread and the system gives none, as in an environment that has used up
its 1024 threads. A host name is looked up in such a thread, an address is not; and a Rust thread whose stack would be
larger than the address space never starts. So an endpoint chooses between a panic and an answer.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import command_line, program
from tests.fakes.function import Function

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.account import Account
    from tests.fakes.aws import Aws
    from tests.fakes.proxy import Proxy

ROOT = Path(__file__).parents[1]
NO_MORE_THREADS = {"RUST_MIN_STACK": str(1 << 50)}


def by_name(proxy: Proxy) -> str:
    return proxy.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def entries(account: Account) -> None:
    """Stores the values that the programs read."""
    account.put_parameter("/app/var", "value")
    account.put_secret("/app/secret", "secret")


@pytest.fixture
def panicking(moto: Aws, proxy: Proxy, entries: None) -> Iterator[Function]:
    """A function in Lambda's runtime client, in which no Rust thread starts."""
    environment = moto.environment(proxy.url) | NO_MORE_THREADS
    with Function.python("panicking_function.handler", environment, ROOT / "tests/programs") as function:
        yield function


def test_panic_fails_one_invocation_and_the_next_works(panicking: Function, proxy: Proxy) -> None:
    answers = {
        "sync": "value secret",
        "async": "value",
        "aget_entry": "value",
        "get_entry": "value",
        "custom": "value",
        "clear": True,
    }
    for path, answer in answers.items():
        failed = panicking.invoke({"path": path, "endpoint": by_name(proxy)})
        if path != "clear":  # it asks for nothing, so nothing panics; it works beside what did
            assert failed.error is not None, panicking.output()
            assert failed.error["errorType"] == "InternalError"
            assert "panicked" in failed.error["errorMessage"]
        assert panicking.invoke({"path": path, "endpoint": proxy.url}).response == answer, panicking.output()
    assert "PanicException" not in panicking.output()
    assert "panicked at" not in panicking.output()


def test_panic_of_a_refresh_leaves_the_handlers_own_error(panicking: Function, proxy: Proxy) -> None:
    failed = panicking.invoke({"path": "refresh", "endpoint": proxy.url, "then": by_name(proxy)})
    assert failed.error is not None
    assert failed.error["errorType"] == "KeyError"
    assert panicking.invoke({"path": "get_entry", "endpoint": proxy.url}).response == "value"


def test_function_works_after_prefetch_or_snapstart_panic(moto: Aws, proxy: Proxy, entries: None) -> None:
    environment = moto.environment(by_name(proxy)) | NO_MORE_THREADS | {"LAMBDA_CACHE_PREFETCH": "snapstart"}
    programs = ROOT / "tests/programs"
    for kind in ("on-demand", "snap-start"):
        lambdas = environment | {"AWS_LAMBDA_INITIALIZATION_TYPE": kind}
        with Function.python("panicking_function.handler", lambdas, programs) as function:
            if kind == "snap-start":
                function.wait_for_snapshot()
            assert function.invoke({"path": "sync", "endpoint": proxy.url}).response == "value secret"
            assert "PanicException" not in function.output()


def test_commands_show_no_panic(proxy: Proxy, entries: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command_line.app(tmp_path, "@ssm.cache('/app/var')\ndef handler(event, context): ...")
    for name, value in (NO_MORE_THREADS | {"AWS_ENDPOINT_URL": by_name(proxy)}).items():
        monkeypatch.setenv(name, value)
    check = command_line.run(tmp_path, "check", "app.handler")
    assert check.code == 1
    assert "internal error" in check.out
    policy = command_line.run(tmp_path, "policy", "app.handler")
    assert policy.code == 0
    for shown in (check.out + check.err, policy.out + policy.err):
        assert "panicked at" not in shown
        assert "Traceback" not in shown


def test_internal_error_names_its_place_and_no_value(
    proxy: Proxy, entries: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (NO_MORE_THREADS | {"AWS_SESSION_TOKEN": "c4n4ry"}).items():
        monkeypatch.setenv(name, value)
    seen = program.run("internal_error", by_name(proxy), proxy.url)
    assert seen["classes"][:3] == ["InternalError", "LambdaCacheError", "Exception"]
    assert re.search(r"dns\.rs:\d+", seen["message"])
    assert "c4n4ry" not in str(seen)
    assert seen["afterwards"] == "value"


def test_everything_that_is_exported_is_guarded() -> None:
    sources = [path.read_text() for path in (ROOT / "crates/lambda-cache-python/src").rglob("*.rs")]
    exported = [match for source in sources for match in re.findall(r"(.*)\n\s*#\[py(?:methods|function)\b", source)]
    assert len(exported) > 10
    assert {line.strip() for line in exported} == {"#[guarded]"}


def test_finalizer_of_a_dropped_value_may_ask_for_an_entry() -> None:
    seen = program.run("finalizer")
    assert [how for how, asked in seen["asked"].items() if not asked] == []
    assert {answer for asked in seen["asked"].values() for answer in asked} <= {"value", "UnavailableError"}
