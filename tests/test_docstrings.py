"""Runs the examples in the package's docstrings."""

from __future__ import annotations

import doctest
import importlib
from typing import TYPE_CHECKING

import pytest
from lambda_cache import testing

if TYPE_CHECKING:
    from pathlib import Path

MODULES = [
    "lambda_cache",
    "lambda_cache.ssm",
    "lambda_cache.secrets_manager",
    "lambda_cache.s3",
    "lambda_cache.custom",
    "lambda_cache._refresh",
    "lambda_cache._stats",
    "lambda_cache.testing",
]


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_work(name: str, folder: Path) -> None:
    module = importlib.import_module(name)
    examples = [test for test in doctest.DocTestFinder().find(module, name) if test.examples]
    assert examples
    for test in examples:
        test.globs.setdefault("fetch_rates", lambda: {"EUR": 1.08})
        for example in test.examples:
            example.want = example.want.replace("/tmp/", f"{folder}/")  # the folder of downloads, in this test
        values = testing.values(
            ssm={"/prod/var": "x"},
            secrets={"/prod/db/conn_string": "postgres://..."},
            s3={"s3://bucket_name/path/to/object.json": b"{}"},
        )
        with values:
            assert (
                doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL | doctest.ELLIPSIS).run(test).failed
                == 0
            )
