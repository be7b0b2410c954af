"""Sentry and Datadog around a decorated handler, under Lambda's runtime client and without a network."""

from __future__ import annotations

import importlib.util
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fakes.function import Function

if TYPE_CHECKING:
    from tests.account import Account

if importlib.util.find_spec("sentry_sdk") is None or importlib.util.find_spec("datadog_lambda") is None:
    pytest.skip("`make compatibility` has them", allow_module_level=True)  # importing them would patch other packages

REPOSITORY = Path(__file__).parents[2]
CANARY = "canary-3f9a"


@pytest.fixture(autouse=True)
def password(account: Account) -> None:
    account.put_secret("/prod/password", CANARY)


def environment(**more: str) -> dict[str, str]:
    """Returns the environment of the test, which has the stand-in for AWS, and the folder of the programs."""
    return {**os.environ, "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{os.environ.get('PYTHONPATH', '')}", **more}


def test_sentry_reports_errors_and_transactions_without_the_secret(folder: Path) -> None:
    with Function.python("tests.compatibility.with_sentry.handler", environment(), folder) as function:
        assert function.invoke({}).response == len(CANARY)
        failed = function.invoke("fail")
        assert failed.error is not None
        assert failed.error["errorType"] == "ValueError"
        sent = function.invoke("sent").response
        output = function.output()
    assert sent is not None, output
    items = [json.loads(item) for item in sent]
    assert [item["type"] for item in items if item.get("type")] == ["transaction", "transaction"]
    (error,) = [item for item in items if "exception" in item]
    (raised,) = error["exception"]["values"]
    assert (raised["type"], raised["mechanism"]["type"]) == ("ValueError", "aws_lambda")
    assert raised["stacktrace"]["frames"][-1]["function"] == "handler"
    assert CANARY not in "".join(sent)


def test_datadog_traces_invocations_without_the_secret(folder: Path) -> None:
    settings = environment(
        DD_LAMBDA_HANDLER="tests.compatibility.with_datadog.handler",
        DD_FLUSH_TO_LOG="true",
        DD_INSTRUMENTATION_TELEMETRY_ENABLED="false",
        DD_REMOTE_CONFIGURATION_ENABLED="false",
    )
    with Function.python("datadog_lambda.handler.handler", settings, folder) as function:
        assert function.invoke({}).response == len(CANARY)
        failed = function.invoke("fail")
        output = function.output()
    assert failed.error is not None, output
    assert failed.error["errorType"] == "ValueError"
    traces = [json.loads(line) for line in output.splitlines() if line.startswith('{"traces"')]
    spans = [span for trace in traces for spans in trace["traces"] for span in spans]
    assert [(span["name"], span["error"]) for span in spans if span["name"] == "aws.lambda"] == [
        ("aws.lambda", 0),
        ("aws.lambda", 1),
    ]
    assert CANARY not in output
