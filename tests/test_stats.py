"""`stats`, `emf_line` and the log: what the cache did."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from typing import TYPE_CHECKING

import lambda_cache
import pytest
from lambda_cache import custom, exceptions, s3, secrets_manager, ssm

from tests import faults

if TYPE_CHECKING:
    from lambda_cache.testing import Time, Values

    from tests.account import Account
    from tests.context import LambdaContext
    from tests.fakes.proxy import Proxy

VAR = "ssm parameter /app/var"


def test_hits_misses_and_refreshes_by_entry(lambda_cache_values: Values, context: LambdaContext) -> None:
    lambda_cache_values.ssm.update({"/app/var": "grüße", "/app/list": ["a", "bc"]})
    lambda_cache_values.secrets["/prod/db"] = b"1234"
    lambda_cache_values.s3["s3://bucket/object"] = b"123456"

    def fetch() -> int:
        return 1

    @ssm.cache("/app/var")
    @ssm.cache(["/app/list"], entry_name="several")
    @secrets_manager.cache("/prod/db", max_age_in_seconds=float("inf"))
    @s3.cache("s3://bucket/object")
    @custom.cache(fetch)
    def handler(event: object, context: LambdaContext) -> None: ...

    assert lambda_cache.stats() == {}
    for _ in range(3):
        handler({}, context)
    lambda_cache_values.advance(60)
    handler({}, context)
    ssm.get_entry("/app/var")
    stats = lambda_cache.stats()
    own = f"custom {fetch.__module__}.{fetch.__qualname__}"
    sizes = {VAR: 7, "ssm parameters /app/list": 3, "secret /prod/db": 4, "s3 object s3://bucket/object, object": 6}
    assert {key.rpartition(", ")[0] if key.startswith(own) else key for key in stats} == {*sizes, own}
    for key, size in sizes.items():
        assert stats[key]["bytes"] == size, key
    assert (stats[VAR]["hits"], stats[VAR]["misses"], stats[VAR]["refreshes"]) == (3, 1, 1)
    assert (stats["secret /prod/db"]["misses"], stats["secret /prod/db"]["refreshes"]) == (1, 0)
    assert all(0 < entry["fetch_seconds"] < 10 for entry in stats.values())
    lambda_cache.clear()
    assert lambda_cache.stats()[VAR]["bytes"] == 0
    handler({}, context)
    assert lambda_cache.stats()[VAR]["misses"] == 2


def test_errors_and_stale_answers_are_counted(account: Account, clock: Time, proxy: Proxy) -> None:
    account.put_parameter("/app/var", "x")
    ssm.get_entry("/app/var")
    clock.advance(61)
    proxy.fail_next.extend([faults.json_error("ThrottlingException", "Rate exceeded")] * 3)
    ssm.get_entry("/app/var", stale_if_error_in_seconds=600)
    ssm.get_entry("/app/var", stale_if_error_in_seconds=600)
    stats = lambda_cache.stats()[VAR]
    assert (stats["misses"], stats["refreshes"], stats["errors"], stats["stale"]) == (1, 1, 1, 2)
    with pytest.raises(exceptions.NotFoundError):
        ssm.get_entry("/app/none")
    assert lambda_cache.stats()["ssm parameter /app/none"]["errors"] == 1


def test_line_counts_events_since_the_last_line(lambda_cache_values: Values, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", 'odd "name"')
    lambda_cache_values.ssm["/app/var"] = "value"
    for _ in range(3):
        ssm.get_entry("/app/var")
    line = lambda_cache.emf_line("shop")
    assert "\n" not in line
    first = json.loads(line)
    (declared,) = first["_aws"]["CloudWatchMetrics"]
    assert (declared["Namespace"], declared["Dimensions"]) == ("shop", [["FunctionName"]])
    units = {metric["Name"]: metric["Unit"] for metric in declared["Metrics"]}
    assert units == dict.fromkeys(["Hits", "Misses", "Refreshes", "StaleServed", "Errors"], "Count") | {
        "FetchTime": "Milliseconds",
        "Bytes": "Bytes",
    }
    values = {name: first[name] for name in ("Hits", "Misses", "Refreshes", "StaleServed", "Errors", "Bytes")}
    assert values == {"Hits": 2, "Misses": 1, "Refreshes": 0, "StaleServed": 0, "Errors": 0, "Bytes": 5}
    assert first["FunctionName"] == 'odd "name"'
    assert first["FetchTime"] > 0
    assert first["_aws"]["Timestamp"] > 1_700_000_000_000
    ssm.get_entry("/app/var")
    second = json.loads(lambda_cache.emf_line())
    assert (second["Hits"], second["Misses"], second["FetchTime"]) == (1, 0, 0)


def test_each_fetch_is_logged_at_debug(lambda_cache_values: Values, caplog: pytest.LogCaptureFixture) -> None:
    lambda_cache_values.secrets["/prod/db"] = "c4n4ry"
    with caplog.at_level(logging.INFO, "lambda_cache"):
        secrets_manager.get_entry("/prod/db", 0)
    assert caplog.records == []
    with caplog.at_level(logging.DEBUG, "lambda_cache"):
        secrets_manager.get_entry("/prod/db", 0)
        secrets_manager.get_entry("/prod/db")
    (record,) = caplog.records
    assert record.getMessage().startswith("looked secret /prod/db up in ")
    assert "c4n4ry" not in caplog.text


@pytest.mark.parametrize(("level", "is_told"), [("DEBUG", True), ("debug", True), ("INFO", False), (None, False)])
def test_the_level_of_the_environment(
    account: Account, level: str | None, is_told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.put_parameter("/app/var", "x")
    if level:
        monkeypatch.setenv("LAMBDA_CACHE_LOG_LEVEL", level)
    code = (
        "import sys; from lambda_cache import ssm; ssm.get_entry('/app/var'); print('logging' in sys.modules);"
        "import logging; logging.basicConfig(format='%(name)s %(message)s', stream=sys.stdout);"
        "ssm.get_entry('/app/var', 0)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", "import site; site.main();" + code],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert ("looked ssm parameter /app/var up" in done.stdout) == is_told
    assert done.stdout.startswith(str(is_told)), "logging is imported only if a logger is enabled"


def test_a_level_that_is_none_is_raised_at_the_first_call(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    account.put_parameter("/app/var", "x")
    monkeypatch.setenv("LAMBDA_CACHE_LOG_LEVEL", "LOUD")
    with pytest.raises(exceptions.ConfigurationError, match='LAMBDA_CACHE_LOG_LEVEL="LOUD" is none of DEBUG'):
        ssm.get_entry("/app/var")
