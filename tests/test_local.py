"""`LAMBDA_CACHE_LOCAL`: values from a file, with no AWS at all; loudly, and never inside Lambda."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.account import Account
    from tests.fakes.proxy import Proxy

PROGRAM = """
from types import SimpleNamespace as Context
from lambda_cache import s3, secrets_manager, ssm
@ssm.cache('/app/var')
@ssm.cache(path='/app', entry_name='all')
@secrets_manager.cache('/prod/db', transform='json')
@s3.cache('s3://bucket/object', transform=lambda path: open(path).read())
def handler(event, context):
    return context.var, sorted(context.all), context.db['user'], context.object
print(handler({}, Context()))
"""


@pytest.fixture
def values(tmp_path: Path) -> Path:
    (tmp_path / "object").write_text("content")
    path = tmp_path / "values.toml"
    path.write_text(
        """
        [ssm]
        "/app/var" = "local"
        "/app/list" = ["a", "b"]
        [secrets]
        "/prod/db" = '{"user": "shop"}'
        [s3]
        "s3://bucket/object" = "object"
        """
    )
    return path


def run(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    with_it = {**os.environ, **environment}
    command = [sys.executable, "-W", "ignore", "-c", program]
    return subprocess.run(command, env=with_it, capture_output=True, text=True, check=False, timeout=60)


def test_values_come_from_the_file_without_calls(values: Path, proxy: Proxy) -> None:
    done = run(PROGRAM, LAMBDA_CACHE_LOCAL=str(values), AWS_REGION="", AWS_ACCESS_KEY_ID="")
    assert done.stdout == "('local', ['list', 'var'], 'shop', 'content')\n"
    assert done.stderr == f"lambda-cache: LAMBDA_CACHE_LOCAL is set: values come from {values}, and AWS is not asked\n"
    assert proxy.calls == []


def test_missing_name_error_says_where_to_write_it(values: Path) -> None:
    program = "from lambda_cache import secrets_manager; secrets_manager.get_entry('/prod/other')"
    done = run(program, LAMBDA_CACHE_LOCAL=str(values))
    assert 'write "/prod/other" = "..." under [secrets]' in done.stderr
    assert f"{values} (LAMBDA_CACHE_LOCAL) has no value for /prod/other" in done.stderr
    assert "test supplies" not in done.stderr


@pytest.mark.parametrize(
    "inside", [{"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"}, {"AWS_EXECUTION_ENV": "AWS_Lambda_python3.13"}]
)
def test_never_inside_lambda(values: Path, inside: dict[str, str], account: Account, proxy: Proxy) -> None:
    account.put_parameter("/app/var", "of AWS")
    program = "from lambda_cache import ssm; print(ssm.get_entry('/app/var'))"
    done = run(program, LAMBDA_CACHE_LOCAL=str(values), **inside)
    assert done.stdout == "of AWS\n"
    assert "LAMBDA_CACHE_LOCAL is ignored, for this is Lambda" in done.stderr
    assert len(proxy.calls) == 1
    sam = run(program, LAMBDA_CACHE_LOCAL=str(values), AWS_SAM_LOCAL="true", **inside)
    assert sam.stdout == "local\n"
