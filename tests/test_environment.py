"""`LAMBDA_CACHE_...` variables set defaults, and an error names an invalid one."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, cast

import pytest
from lambda_cache import exceptions, s3, secrets_manager, ssm, testing

from tests.context import LambdaContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_cache.testing import Time

    from tests.account import Account
    from tests.fakes.proxy import Proxy

MAX_AGE = "LAMBDA_CACHE_MAX_AGE_IN_SECONDS"
STALE = "LAMBDA_CACHE_STALE_IF_ERROR_IN_SECONDS"
JITTER = "LAMBDA_CACHE_JITTER_IN_PERCENT"
WRONG = [
    (MAX_AGE, "soon"),
    (MAX_AGE, "-1"),
    (MAX_AGE, "nan"),
    (STALE, "1 h"),
    (JITTER, "101"),
    (JITTER, "20%"),
    ("LAMBDA_CACHE_LOG_LEVEL", "LOUD"),
    ("LAMBDA_CACHE_PREFETCH", "yes"),
    ("LAMBDA_CACHE_DIR_MAX_BYTES", "1G"),
    ("LAMBDA_CACHE_CONNECT_TIMEOUT_IN_SECONDS", "0"),
    ("LAMBDA_CACHE_READ_TIMEOUT_IN_SECONDS", "x"),
    ("LAMBDA_CACHE_CALL_TIMEOUT_IN_SECONDS", "inf"),
    ("LAMBDA_CACHE_AGENT", "127.0.0.1:2773"),
]


@pytest.fixture
def var(account: Account) -> str:
    account.put_parameter("/app/var", "x")
    account.put_secret("/app/secret", "x")
    account.put_object("s3://bucket/object", b"x")
    return "/app/var"


ENTRIES: list[Callable[..., object]] = [
    partial(cast("Callable[..., object]", ssm.get_entry), "/app/var"),
    partial(cast("Callable[..., object]", ssm.get_entry), ["/app/var"], entry_name="list"),
    partial(cast("Callable[..., object]", secrets_manager.get_entry), "/app/secret"),
    partial(cast("Callable[..., object]", s3.get_entry), "s3://bucket/object"),
]


@pytest.mark.parametrize("get", ENTRIES)
@pytest.mark.usefixtures("var")
def test_environment_sets_the_default_max_age(
    get: Callable[..., object], clock: Time, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MAX_AGE, "300")
    get()
    clock.advance(299)
    get(max_age_in_seconds=None)
    assert len(proxy.calls) == 1
    get(max_age_in_seconds=60)
    assert len(proxy.calls) == 2, "an argument overrides it, even 60"
    clock.advance(300)
    get()
    assert len(proxy.calls) == 3


def test_a_decorator_without_an_age_and_one_with_one(
    var: str, clock: Time, proxy: Proxy, context: LambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MAX_AGE, "inf")

    @ssm.cache(var)
    @ssm.cache(var, max_age_in_seconds=60, entry_name="young")
    def handler(event: object, context: LambdaContext) -> object:
        return context.var, context.young

    @ssm.cache(var)
    def old(event: object, context: LambdaContext) -> object:
        return context.var

    handler({}, context)
    clock.advance(59)
    handler({}, context)
    assert len(proxy.calls) == 1
    clock.advance(1_000_000)
    old({}, context)
    assert len(proxy.calls) == 1
    handler({}, context)
    assert len(proxy.calls) == 2


@pytest.mark.parametrize(("of_environment", "expected"), [("30", 2), ("600", 2), ("", 2), ("10", 3)])
def test_of_two_decorators_for_one_thing_the_stricter_counts(
    var: str,
    clock: Time,
    proxy: Proxy,
    context: LambdaContext,
    monkeypatch: pytest.MonkeyPatch,
    of_environment: str,
    expected: int,
) -> None:
    monkeypatch.setenv(MAX_AGE, of_environment)

    @ssm.cache(var)
    @ssm.cache(var, max_age_in_seconds=45)
    def handler(event: object, context: LambdaContext) -> None: ...

    for _ in range(3):
        handler({}, context)
        clock.advance(25)
    assert len(proxy.calls) == expected


def test_how_much_older_a_value_may_be(
    var: str, clock: Time, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(STALE, "600")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    ssm.get_entry(var)
    clock.advance(61)
    proxy.fail_next.append((500, b"", {}))
    assert ssm.get_entry(var) == "x"
    assert "serving a value" in caplog.text
    clock.advance(61)
    proxy.fail_next.append((500, b"", {}))
    with pytest.raises(exceptions.UnavailableError):
        ssm.get_entry(var, stale_if_error_in_seconds=0)


def test_jitter_shortens_all_max_ages_by_one_share(var: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(JITTER, "50")
    ages: set[int] = set()
    for _ in range(20):
        with testing.values(ssm={var: "x", "/app/other": "y"}) as fake:
            ssm.get_entry(var)
            ssm.get_entry("/app/other")
            age = 0
            while len(fake.calls) == 2:
                fake.advance(1)
                age += 1
                ssm.get_entry(var)
            ssm.get_entry("/app/other")
            assert len(fake.calls) == 4, "what one environment has stays in step"
            assert 30 <= age <= 60
            ages.add(age)
    assert len(ages) > 3, "environments differ"


@pytest.mark.parametrize(("variable", "value"), WRONG)
def test_invalid_variable_warns_at_import(variable: str, value: str) -> None:
    code = "import warnings; warnings.simplefilter('always'); import lambda_cache"
    environment = {**os.environ, variable: value}
    imported = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert "LambdaCacheWarning" in imported.stderr
    assert f'{variable}="{value}"' in imported.stderr
    assert "at the first call" in imported.stderr


def test_valid_variable_does_not_warn() -> None:
    right = {MAX_AGE: "inf", STALE: " 3600 ", JITTER: "100", "LAMBDA_CACHE_DIR_MAX_BYTES": "", "LAMBDA_CACHE_DIR": "/x"}
    command = [sys.executable, "-W", "error", "-c", "import lambda_cache"]
    assert subprocess.run(command, env={**os.environ, **right}, check=False, timeout=60).returncode == 0


@pytest.mark.parametrize(
    # Warnings about prefetching decorators are in tests/test_prefetch.py.
    ("variable", "value"),
    [wrong for wrong in WRONG if "PREFETCH" not in wrong[0]],
)
def test_invalid_variable_raises_at_the_first_call(
    var: str, proxy: Proxy, context: LambdaContext, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)

    @s3.cache("s3://bucket/object")
    @ssm.cache(var)
    def handler(event: object, context: LambdaContext) -> object:
        return context.var

    for _ in range(2):
        with pytest.raises(exceptions.ConfigurationError, match=f'{variable}="{value}" is n'):
            handler({}, context)
    monkeypatch.delenv(variable)
    assert handler({}, context) == "x"


@pytest.mark.usefixtures("var")
def test_keyword_overrides_an_invalid_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MAX_AGE, "soon")
    monkeypatch.setenv(STALE, "late")
    assert ssm.get_entry("/app/var", max_age_in_seconds=5, stale_if_error_in_seconds=0) == "x"
