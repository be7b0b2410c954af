"""Runs the examples in the package's docstrings."""

from __future__ import annotations

import doctest
import importlib
from typing import TYPE_CHECKING

import pytest
from lambda_cache import testing

if TYPE_CHECKING:
    from pathlib import Path

MODULES = {
    "lambda_cache": 1,
    "lambda_cache.ssm": 3,
    "lambda_cache.secrets_manager": 3,
    "lambda_cache.s3": 3,
    "lambda_cache.custom": 3,
    "lambda_cache._refresh": 1,
    "lambda_cache._stats": 2,
    "lambda_cache.testing": 1,
}


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_docstrings_do_what_they_say(name: str, folder: Path) -> None:
    module = importlib.import_module(name)
    examples = [test for test in doctest.DocTestFinder().find(module, name) if test.examples]
    assert len(examples) == MODULES[name]
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
