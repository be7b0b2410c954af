"""`stale_if_error_in_seconds` serves an older value if AWS fails, and only then."""

from __future__ import annotations

import asyncio
import logging
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from lambda_cache import exceptions, s3, secrets_manager, ssm

from tests import faults
from tests.context import LambdaContext
from tests.fakes.proxy import HANG_UP

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_cache.testing import Time

    from tests.account import Account
    from tests.fakes.proxy import Fault, Proxy

URI = "s3://bucket/object.txt"


@dataclass(frozen=True)
class Source:
    """One kind of entry: how to store and read it, and AWS's failures."""

    key: str
    module: Any
    name: str | list[str]
    put: Callable[[Account, str], object]
    faults: tuple[Fault, ...]

    def read(self, **options: object) -> str:
        """Returns `get_entry`'s value as one string."""
        return _text(self.module.get_entry(self.name, entry_name="var", **options))

    def read_async(self, **options: object) -> str:
        """Returns `aget_entry`'s value as one string."""
        return _text(asyncio.run(self.module.aget_entry(self.name, entry_name="var", **options)))


def _text(value: Any) -> str:
    """A dict's one value, or a file's content."""
    if isinstance(value, dict):
        value = cast("dict[str, object]", value)["var"]
    text = str(value)
    return Path(text).read_text() if text.startswith("/") else text


def _put_parameter(account: Account, value: str) -> None:
    account.put_parameter("/app/var", value)


def _put_secret(account: Account, value: str) -> None:
    account.put_secret("/db", value)


def _put_object(account: Account, value: str) -> None:
    account.put_object(URI, value.encode())


THROTTLED = faults.json_error("ThrottlingException", "Rate exceeded")
FAILED = faults.json_error("InternalServerError", status=500)
BROKEN_OFF: Fault = (200, b"half", {"Content-Length": "9", "ETag": '"1"'})
SOURCES = {
    "parameter": Source("ssm parameter /app/var", ssm, "/app/var", _put_parameter, (THROTTLED, FAILED, HANG_UP)),
    "parameters": Source("ssm parameters /app/var", ssm, ["/app/var"], _put_parameter, (THROTTLED, HANG_UP)),
    "secret": Source("secret /db", secrets_manager, "/db", _put_secret, (THROTTLED, FAILED)),
    "object": Source(
        f"s3 object {URI}", s3, URI, _put_object, (faults.s3_error("SlowDown", status=503), HANG_UP, BROKEN_OFF)
    ),
}
CASES = [(name, fault) for name, source in SOURCES.items() for fault in range(len(source.faults))]


def _handler(event: object, context: object) -> None:
    """Is not reached."""


@pytest.fixture(autouse=True)
def one_attempt(environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK's own retries would ask several times for each fault."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


@pytest.mark.parametrize(("name", "fault"), CASES)
def test_an_older_value_is_served_while_its_refresh_fails(
    name: str,
    fault: int,
    account: Account,
    proxy: Proxy,
    clock: Time,
    caplog: pytest.LogCaptureFixture,
) -> None:
    source = SOURCES[name]
    source.put(account, "old-c4n4ry")
    assert source.read(stale_if_error_in_seconds=300) == "old-c4n4ry"
    source.put(account, "new")
    clock.advance(60)
    proxy.fail_next.extend([source.faults[fault]] * 3)  # a download that breaks off is begun again
    with caplog.at_level(logging.DEBUG):
        assert source.read(stale_if_error_in_seconds=300) == "old-c4n4ry"
    (record,) = caplog.records
    assert (record.name, record.levelname) == ("lambda_cache", "WARNING")
    assert f"{source.key}" in record.getMessage()
    assert "60 s old" in record.getMessage()
    assert "c4n4ry" not in record.getMessage()

    proxy.fail_next.clear()
    proxy.reset()
    assert source.read(stale_if_error_in_seconds=300) == "old-c4n4ry"
    assert proxy.count() == 0, "a failing service is left alone for a moment"
    clock.advance(1)
    assert source.read(stale_if_error_in_seconds=300) == "new"


@pytest.mark.parametrize("name", SOURCES)
def test_by_default_an_older_value_is_never_served(name: str, account: Account, proxy: Proxy, clock: Time) -> None:
    source = SOURCES[name]
    source.put(account, "old")
    source.read()
    clock.advance(60)
    proxy.fail_next.append(source.faults[0])
    with pytest.raises((exceptions.ThrottledError, exceptions.UnavailableError)):
        source.read()
    assert source.read() == "old"


def test_beyond_its_limit_a_value_is_not_served(account: Account, proxy: Proxy, clock: Time) -> None:
    account.put_parameter("/app/var", "old")
    ssm.get_entry("/app/var")
    clock.advance(90)
    proxy.fail_next.extend([THROTTLED] * 2)
    with pytest.raises(exceptions.ThrottledError):
        ssm.get_entry("/app/var", stale_if_error_in_seconds=30)
    assert ssm.get_entry("/app/var", stale_if_error_in_seconds=30.1) == "old"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.json_error("AccessDeniedException"), exceptions.AccessDeniedError),
        (faults.json_error("ParameterNotFound"), exceptions.NotFoundError),
        (faults.json_error("ExpiredTokenException"), exceptions.FetchError),
    ],
)
def test_a_failure_that_lasts_is_raised(
    fault: Fault, error: type[Exception], account: Account, proxy: Proxy, clock: Time
) -> None:
    account.put_parameter("/app/var", "old")
    ssm.get_entry("/app/var")
    clock.advance(60)
    proxy.fail_next.append(fault)
    with pytest.raises(error):
        ssm.get_entry("/app/var", stale_if_error_in_seconds=300)


def test_handler_gets_stale_and_fresh_values_together(account: Account, proxy: Proxy, clock: Time) -> None:
    account.put_parameter("/app/one", "1")
    account.put_parameter("/app/two", "2")

    @ssm.cache("/app/one", max_age_in_seconds=60, stale_if_error_in_seconds=300)
    @ssm.cache("/app/two", max_age_in_seconds=600)
    def handler(event: object, context: Any) -> list[str]:
        return [context.one, context.two]

    assert handler({}, LambdaContext()) == ["1", "2"]
    clock.advance(60)
    proxy.fail_next.append(THROTTLED)
    assert handler({}, LambdaContext()) == ["1", "2"]
    assert handler({}, LambdaContext()) == ["1", "2"]


def test_an_async_handler_does_too(account: Account, proxy: Proxy, clock: Time) -> None:
    account.put_parameter("/app/var", "old")

    @ssm.cache("/app/var", stale_if_error_in_seconds=300)
    async def handler(event: object, context: Any) -> list[object]:
        return [context.var, await ssm.aget_entry("/app/var", stale_if_error_in_seconds=300)]

    assert asyncio.run(handler({}, LambdaContext())) == ["old", "old"]
    clock.advance(60)
    proxy.fail_next.append(THROTTLED)
    assert asyncio.run(handler({}, LambdaContext())) == ["old", "old"]


@pytest.mark.parametrize("name", SOURCES)
def test_the_async_twins_do_too(name: str, account: Account, proxy: Proxy, clock: Time) -> None:
    source = SOURCES[name]
    source.put(account, "old")
    source.read()
    clock.advance(60)
    proxy.fail_next.extend([source.faults[0]])
    assert source.read_async(stale_if_error_in_seconds=300) == "old"


def test_timeout_within_the_invocation_serves_stale(account: Account, proxy: Proxy, clock: Time) -> None:
    account.put_parameter("/app/var", "old")

    @ssm.cache("/app/var", stale_if_error_in_seconds=300)
    def handler(event: object, context: Any) -> str:
        value: str = context.var
        return value

    class Hurried(LambdaContext):
        def get_remaining_time_in_millis(self) -> int:
            return 200

    handler({}, LambdaContext())
    clock.advance(60)
    with proxy.hold():
        assert handler({}, Hurried()) == "old"


@pytest.mark.parametrize("module", [ssm, secrets_manager, s3])
@pytest.mark.parametrize(
    ("given", "error"),
    [
        (-1, exceptions.ArgumentValueError),
        (float("nan"), exceptions.ArgumentValueError),
        ("5", exceptions.ArgumentTypeNotSupportedError),
        (True, exceptions.ArgumentTypeNotSupportedError),
    ],
)
def test_invalid_seconds_error_names_the_argument(module: Any, given: Any, error: type[Exception]) -> None:
    name = URI if module is s3 else "/app/var"
    with pytest.raises(error, match="stale_if_error_in_seconds"):
        module.get_entry(name, stale_if_error_in_seconds=given)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        handler = module.cache(name, stale_if_error_in_seconds=given)(_handler)
    assert "stale_if_error_in_seconds" in str(caught[0].message)
    with pytest.raises(error):
        handler({}, LambdaContext())


@pytest.mark.parametrize("given", [None, False, 0])
def test_nothing_given_is_nothing_tolerated(given: Any, account: Account, proxy: Proxy, clock: Time) -> None:
    account.put_parameter("/app/var", "old")
    ssm.get_entry("/app/var")
    clock.advance(60)
    proxy.fail_next.append(THROTTLED)
    with pytest.raises(exceptions.ThrottledError):
        ssm.get_entry("/app/var", stale_if_error_in_seconds=given)
