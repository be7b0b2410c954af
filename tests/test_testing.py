"""`lambda_cache.testing`: values without AWS, and time that a test moves."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lambda_cache import custom, exceptions, s3, secrets_manager, ssm, testing

from tests import program
from tests.context import LambdaContext

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from lambda_cache.testing import Time, Values

    from tests.account import Account
    from tests.fakes.proxy import Proxy


@ssm.cache("/app/var")
@ssm.cache(["/app/a", "/app/b"], entry_name="list")
@secrets_manager.cache("/prod/secret")
@s3.cache("s3://bucket/path/key")
def handler(event: object, context: LambdaContext) -> object:
    """Decorated when this module is imported, as a user's handler is."""
    return context.var, context.list, context.secret, Path(context.key).read_bytes()


@pytest.fixture
def without_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Removes endpoint, Region and credentials, as on a machine that runs unit tests."""
    for name in ("AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)


# ===== Values =====


@pytest.mark.usefixtures("without_aws")
def test_a_handler_gets_the_supplied_values_with_no_aws(proxy: Proxy) -> None:
    with testing.values(
        ssm={"/app/var": "text", "/app/a": "a", "/app/b": ["b", "c"]},
        secrets={"/prod/secret": b"\x00"},
        s3={"s3://bucket/path/key": b"content"},
    ):
        assert handler({}, LambdaContext()) == ("text", {"a": "a", "b": ["b", "c"]}, b"\x00", b"content")
    assert proxy.connections == 0


@pytest.mark.parametrize("as_given", ["bytes", "str", "path"])
def test_an_object_is_supplied_as_bytes_as_text_or_as_a_file(as_given: str, tmp_path: Path, folder: Path) -> None:
    original = tmp_path / "original"
    original.write_text("grüße")
    contents: dict[str, bytes | str | Path] = {"bytes": "grüße".encode(), "str": "grüße", "path": original}
    with testing.values(s3={"s3://bucket/path/key": contents[as_given]}):
        path = s3.get_entry("s3://bucket/path/key")
        assert path == str(folder / "key")
        assert Path(path).read_text() == "grüße"
    assert original.read_text() == "grüße"


def test_a_secret_is_text_or_bytes_as_supplied() -> None:
    with testing.values(secrets={"text": "x", "binary": b"x"}):
        assert secrets_manager.get_entry("text") == "x"
        assert secrets_manager.get_entry("binary") == b"x"


def test_changing_a_value_is_the_value_changing_in_aws(lambda_cache_values: Values) -> None:
    fake = lambda_cache_values
    fake.ssm["/app/var"] = "one"
    fake.secrets["/prod/secret"] = "one"
    fake.s3["s3://bucket/key"] = "one"

    def read() -> list[object]:
        return [
            ssm.get_entry("/app/var"),
            secrets_manager.get_entry("/prod/secret"),
            Path(s3.get_entry("s3://bucket/key")).read_text(),
        ]

    assert read() == ["one"] * 3
    fake.ssm["/app/var"] = "two"
    fake.secrets["/prod/secret"] = "two"
    fake.s3["s3://bucket/key"] = "two"
    fake.advance(59.9)
    assert read() == ["one"] * 3
    fake.advance(0.1)
    assert read() == ["two"] * 3


def test_a_value_that_is_taken_away_is_missing_from_then_on(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm["/app/var"] = "one"
    ssm.get_entry("/app/var")
    del lambda_cache_values.ssm["/app/var"]
    assert ssm.get_entry("/app/var") == "one"
    with pytest.raises(exceptions.NotSuppliedError):
        ssm.get_entry("/app/var", 0)


def test_check_before_download_detects_changes(lambda_cache_values: Values) -> None:
    for content in ("one", "one", "two"):
        lambda_cache_values.s3["s3://bucket/key"] = content
        path = s3.get_entry("s3://bucket/key", 0, check_before_download=True)
        assert Path(path).read_text() == content


def test_calls_are_those_that_aws_would_have_got(lambda_cache_values: Values) -> None:
    fake = lambda_cache_values
    fake.ssm.update({"/app/var": "x", "/app/a": "a", "/app/b": "b"})
    fake.secrets["/prod/secret"] = b"x"
    fake.s3["s3://bucket/path/key"] = b"x"
    assert fake.calls == []
    for _ in range(3):
        handler({}, LambdaContext())
    assert sorted(call.partition(" ")[0] for call in fake.calls) == [
        "GetObject",
        "GetParameter",
        "GetParameters",
        "GetSecretValue",
    ]
    assert "GetParameter /app/var" in fake.calls
    assert all(isinstance(call, str) for call in fake.calls)


@pytest.mark.parametrize(
    ("ask", "adds"),
    [
        (lambda: ssm.get_entry("/app/none"), "ssm"),
        (lambda: ssm.get_entry(["/app/var", "/app/none"], entry_name="list"), "ssm"),
        (lambda: secrets_manager.get_entry("/app/none"), "secrets"),
        (lambda: s3.get_entry("s3://bucket/app/none"), "s3"),
        (lambda: secrets_manager.get_entry("/app/var"), "secrets"),  # supplied, but to SSM
    ],
)
def test_missing_value_error_says_how_to_supply_it(ask: object, adds: str) -> None:
    assert callable(ask)
    with testing.values(ssm={"/app/var": "value"}), pytest.raises(exceptions.NotSuppliedError) as caught:
        ask()
    assert isinstance(caught.value, exceptions.LambdaCacheError)
    assert "app/none" in str(caught.value) or "/app/var" in str(caught.value)
    assert adds in str(caught.value)


def test_supplied_dicts_are_copied(lambda_cache_values: Values) -> None:
    mine: dict[str, str | list[str]] = {"/app/var": "one"}
    with testing.values(ssm=mine) as fake:
        fake.ssm["/app/var"] = "two"
    assert mine == {"/app/var": "one"}


def test_mutating_a_list_leaves_the_supplied_value(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm["/app/list"] = ["a"]
    seen = ssm.get_entry("/app/list")
    assert isinstance(seen, list)
    seen.append("b")
    assert ssm.get_entry("/app/list", 0) == ["a"]


def test_bad_arguments_are_refused_as_usual(lambda_cache_values: Values) -> None:
    with pytest.raises(exceptions.ArgumentTypeNotSupportedError):
        ssm.get_entry(["/app/var", b"/app/other"])  # type: ignore[list-item]
    with pytest.raises(exceptions.InvalidS3UriError):
        s3.get_entry("s3://bucket")


# ===== Inside and outside =====


def test_outside_everything_is_as_before(account: Account, proxy: Proxy, folder: Path) -> None:
    account.put_parameter("/app/var", "real")
    account.put_object("s3://bucket/key", b"real")
    assert ssm.get_entry("/app/var") == "real"
    path = Path(s3.get_entry("s3://bucket/key"))
    with testing.values(ssm={"/app/var": "supplied"}, s3={"s3://bucket/other": b"supplied"}):
        assert ssm.get_entry("/app/var") == "supplied"
        s3.get_entry("s3://bucket/other")
    assert ssm.get_entry("/app/var") == "real"
    assert s3.get_entry("s3://bucket/key") == str(path)
    assert path.read_bytes() == b"real"
    assert proxy.count() == 2
    assert not (folder / "other").exists()


def test_a_supplied_object_leaves_the_real_file_as_it_was(account: Account, proxy: Proxy) -> None:
    account.put_object("s3://bucket/key", b"real")
    path = Path(s3.get_entry("s3://bucket/key"))
    with testing.values(s3={"s3://bucket/key": b"supplied"}):
        assert Path(s3.get_entry("s3://bucket/key")).read_bytes() == b"supplied"
    assert Path(s3.get_entry("s3://bucket/key")).read_bytes() == b"real"
    assert path.read_bytes() == b"real"


def test_a_test_that_fails_inside_leaves_everything_as_before(account: Account) -> None:
    account.put_parameter("/app/var", "real")
    with pytest.raises(KeyError), testing.values(ssm={"/app/var": "supplied"}):
        raise KeyError
    assert ssm.get_entry("/app/var") == "real"


def test_each_block_begins_with_nothing_cached() -> None:
    for value in ("one", "two"):
        with testing.values(ssm={"/app/var": value}) as fake:
            assert ssm.get_entry("/app/var", 36_000) == value
            assert len(fake.calls) == 1


def test_blocks_may_be_nested() -> None:
    with testing.values(ssm={"/app/var": "outer"}) as outer:
        assert ssm.get_entry("/app/var") == "outer"
        with testing.values(ssm={"/app/var": "inner"}):
            assert ssm.get_entry("/app/var") == "inner"
        assert ssm.get_entry("/app/var") == "outer"
        assert len(outer.calls) == 1


def test_threads_and_tasks_see_the_supplied_values(lambda_cache_values: Values, background: ThreadPoolExecutor) -> None:
    lambda_cache_values.ssm["/app/var"] = "value"
    assert background.submit(ssm.get_entry, "/app/var").result(10) == "value"

    async def main() -> object:
        return await ssm.aget_entry("/app/var", 0)

    assert asyncio.run(main()) == "value"
    assert len(lambda_cache_values.calls) == 2


# ===== Time =====


def test_time_uses_a_separate_cache(account: Account, proxy: Proxy) -> None:
    account.put_parameter("/app/var", "one")
    assert ssm.get_entry("/app/var") == "one"
    account.put_parameter("/app/var", "two")
    with testing.time() as clock:
        assert ssm.get_entry("/app/var") == "two"
        account.put_parameter("/app/var", "three")
        clock.advance(60)
        assert ssm.get_entry("/app/var") == "three"
    assert ssm.get_entry("/app/var") == "one"
    assert proxy.count() == 3


def test_time_moved_in_a_block_is_moved_back_at_its_end(account: Account, proxy: Proxy, clock: Time) -> None:
    account.put_parameter("/app/var", "value")
    ssm.get_entry("/app/var")
    with testing.time() as inner:
        inner.advance(36_000)
    ssm.get_entry("/app/var")
    assert proxy.count() == 1
    clock.advance(60)
    ssm.get_entry("/app/var")
    assert proxy.count() == 2


# ===== Faults, counts, custom entries =====


def test_supplied_exception_is_raised_by_fetches(lambda_cache_values: Values) -> None:
    throttled, odd = exceptions.ThrottledError("slow down"), KeyError("odd")
    lambda_cache_values.ssm.update({"/app/var": throttled, "/app/list": "x"})
    lambda_cache_values.secrets["/prod/db"] = odd
    lambda_cache_values.s3["s3://bucket/object"] = exceptions.AccessDeniedError("no")
    with pytest.raises(exceptions.ThrottledError) as raised:
        ssm.get_entry("/app/var")
    assert raised.value is throttled
    with pytest.raises(exceptions.ThrottledError):
        ssm.get_entry(["/app/list", "/app/var"], entry_name="both")
    with pytest.raises(KeyError):
        secrets_manager.get_entry("/prod/db")
    with pytest.raises(exceptions.AccessDeniedError):
        s3.get_entry("s3://bucket/object")
    lambda_cache_values.ssm["/app/var"] = "over"
    assert ssm.get_entry("/app/var") == "over"


def test_stale_answers_can_be_tested(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm["/app/var"] = "old"
    ssm.get_entry("/app/var")
    lambda_cache_values.advance(61)
    lambda_cache_values.ssm["/app/var"] = exceptions.UnavailableError("down")
    assert ssm.get_entry("/app/var", stale_if_error_in_seconds=60) == "old"
    lambda_cache_values.ssm["/app/var"] = exceptions.NotFoundError("gone")
    lambda_cache_values.advance(31)
    with pytest.raises(exceptions.NotFoundError):
        ssm.get_entry("/app/var", stale_if_error_in_seconds=60)
    assert ssm.get_entry("/app/var", default="none") == "none"


def exchange_rates() -> dict[str, float]:
    """Is never called here."""
    raise AssertionError


@custom.cache(exchange_rates, entry_name="rates")
def converts(event: object, context: LambdaContext) -> object:
    """Decorated when this module is imported."""
    return context.rates["EUR"]


def test_a_custom_entry_can_be_supplied(lambda_cache_values: Values, context: LambdaContext) -> None:
    lambda_cache_values.custom[exchange_rates] = {"EUR": 1.08}
    assert [converts({}, context) for _ in range(2)] == [1.08, 1.08]
    lambda_cache_values.custom[exchange_rates] = TimeoutError()
    lambda_cache_values.advance(60)
    with pytest.raises(TimeoutError):
        converts({}, context)
    name = f"{__name__}.exchange_rates"
    assert lambda_cache_values.calls == [f"custom {name}"] * 2
    assert lambda_cache_values.count(name) == 2
    with testing.values(custom={exchange_rates: {"EUR": 2}}):
        assert converts({}, LambdaContext()) == 2


def test_calls_are_counted_by_name(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm.update({"/app/a": "1", "/app/b": "2"})
    ssm.get_entry("/app/a")
    ssm.get_entry(["/app/a", "/app/b"], entry_name="both")
    ssm.get_entry(path="/app")
    assert [lambda_cache_values.count(name) for name in ("/app/a", "/app/b", "/app", "/ap")] == [2, 1, 1, 0]


def test_nothing_that_windows_lacks_is_needed() -> None:
    started = program.start("without_unix")
    output, errors = started.communicate(timeout=60)
    assert started.returncode == 0, errors
    seen, old = json.loads(output), ["old", "shop", "supplied"]
    assert seen["supplied"] == [old, old, ["new", "shop", "supplied"]]
    assert seen["local"] == ["local", "local"]
