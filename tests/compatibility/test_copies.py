"""Handlers that are pickled by value, and clocks that a test moves."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import refresh_on_error, ssm

cloudpickle: Any = pytest.importorskip("cloudpickle")
dill: Any = pytest.importorskip("dill")
freezegun: Any = pytest.importorskip("freezegun")
time_machine: Any = pytest.importorskip("time_machine")

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_cache.testing import Values

SCRIPT = """
import sys
from types import SimpleNamespace
import cloudpickle, dill
from lambda_cache import custom, refresh_on_error, secrets_manager, ssm

def fetch():
    return "fetched"

@refresh_on_error(ValueError)
@ssm.cache("/app/var", transform=lambda text: text.upper(), default="none")
@custom.cache(fetch)
@secrets_manager.cache("/prod/login", transform="json", entry_name="login")
def handler(event, context):
    if event == "fail" and not hasattr(context, "failed"):
        context.failed = True
        raise ValueError
    return [context.var, context.fetch, context.login["user"]]

@ssm.cache("/app/var")
async def asynchronous(event, context):
    return context.var

options = {"recurse": True} if PICKLER is dill else {}
sys.stdout.buffer.write(PICKLER.dumps([handler, asynchronous], **options))
"""


@pytest.mark.parametrize("pickler", ["cloudpickle", "dill"])
def test_a_handler_is_pickled_by_value(pickler: str, lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm["/app/var"] = "value"
    lambda_cache_values.secrets["/prod/login"] = '{"user": "shop"}'
    script = SCRIPT.replace("PICKLER", pickler)
    pickled = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True).stdout
    handler, asynchronous = {"cloudpickle": cloudpickle, "dill": dill}[pickler].loads(pickled)
    for event in ("", "fail"):
        assert handler(event, SimpleNamespace()) == ["VALUE", "fetched", "shop"]
    assert asyncio.run(asynchronous({}, SimpleNamespace())) == "value"


@ssm.cache("/app/var", max_age_in_seconds=60)
@refresh_on_error(ValueError)
def handler(_event: object, context: Any) -> str:
    return context.var


class Context:
    """Stands in for Lambda's."""


@pytest.mark.parametrize("freeze", ["freezegun", "time_machine"])
def test_a_frozen_clock_does_not_age_entries(freeze: str, lambda_cache_values: Values) -> None:
    freezer = freezegun.freeze_time if freeze == "freezegun" else time_machine.travel
    lambda_cache_values.ssm["/app/var"] = "old"
    assert handler({}, Context()) == "old"
    lambda_cache_values.ssm["/app/var"] = "new"
    with freezer("2100-01-01"):
        assert handler({}, Context()) == "old"
        lambda_cache_values.advance(60)
        assert handler({}, Context()) == "new"


TEST = """
def test_values(lambda_cache_values):
    lambda_cache_values.ssm["/app/var"] = "x"
"""


@pytest.mark.parametrize(("arguments", "passes"), [((), False), (("-p", "lambda_cache._pytest_plugin"), True)])
def test_the_fixture_needs_an_argument_without_autoload(
    arguments: tuple[str, ...], passes: bool, tmp_path: Path
) -> None:
    (tmp_path / "test_it.py").write_text(TEST)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments, "test_it.py"]
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert (ended.returncode == 0) is passes, ended.stdout.decode()
