"""A handler's context as a subclass of Powertools' LambdaContext, for type checkers that are strict."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("aws_lambda_powertools")

HANDLER = """
from aws_lambda_powertools.utilities.typing import LambdaContext
from lambda_cache import ssm


class Context(LambdaContext):
    var: str
    limits: dict[str, int]


@ssm.cache(parameter="/app/var")
@ssm.cache(path="/app/limits", transform=int)
def handler(event: dict[str, str], context: Context) -> str:
    return f"{context.var} {context.limits['daily']} {context.aws_request_id}"
"""
MYPY = ("-m", "mypy", "--strict", "--cache-dir=/dev/null", "handler.py")
PYRIGHT = ("-m", "pyright", "--pythonpath", sys.executable)


@pytest.mark.parametrize("checker", [MYPY, PYRIGHT], ids=["mypy", "pyright"])
@pytest.mark.parametrize(("attribute", "passes"), [("context.var", True), ("context.vat", False)])
def test_a_subclass_of_powertools_context_types_entries(
    checker: tuple[str, ...], attribute: str, passes: bool, tmp_path: Path
) -> None:
    (tmp_path / "handler.py").write_text(HANDLER.replace("context.var", attribute))
    (tmp_path / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": "strict"}))
    ended = subprocess.run([sys.executable, *checker], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ended.returncode == 0) is passes, ended.stdout
    assert passes or "vat" in ended.stdout, ended.stdout + ended.stderr
