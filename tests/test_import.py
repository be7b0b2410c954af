"""Importing the package loads nothing that a bare interpreter has not loaded already."""

from __future__ import annotations

import functools
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lambda_cache

from tests import program

if TYPE_CHECKING:
    from tests.account import Account
    from tests.fakes.proxy import Proxy

PACKAGE = Path(lambda_cache.__file__).parent


@functools.cache
def imported() -> Any:
    """Returns the effects of the import on a bare interpreter."""
    return program.run("importing", str(PACKAGE.parent), flags=("-I", "-S"))


def test_import_loads_no_further_standard_module() -> None:
    added = set(imported()["after"]["modules"]) - set(imported()["before"]["modules"])
    assert set(imported()["imported"]) <= added
    assert {name for name in added if name.partition(".")[0] != "lambda_cache"} == set()


def test_import_starts_no_thread_and_opens_no_file() -> None:
    for what in ("threads", "descriptors", "environment"):
        assert imported()["after"][what] == imported()["before"][what]


def test_import_reads_only_its_modules_and_no_network() -> None:
    assert {event for event, _ in imported()["events"]} <= {"open"}
    read = {Path(path) for _, path in imported()["events"]}
    assert read != set()
    assert [path for path in read if PACKAGE not in path.parents] == []


def test_import_takes_less_than_5_ms_of_cpu() -> None:
    def cpu_seconds() -> float:
        return float(program.run("importing", str(PACKAGE.parent), flags=("-I", "-S"))["cpu_seconds"])

    assert min(cpu_seconds() for _ in range(10)) < 0.005  # the least of ten: the rest is the machine's noise


def test_the_extension_is_smaller_than_9_mb() -> None:
    (extension,) = PACKAGE.glob("*.so")
    assert extension.stat().st_size < 9_000_000


def test_success_imports_neither_boto3_nor_botocore(account: Account, proxy: Proxy) -> None:
    account.put_parameter("/app/var", "value")
    account.put_secret("/prod/secret", "value")
    account.put_object("s3://bucket/key", b"value")
    seen = program.run("all_sources")
    assert seen["seen"] == ["key", "list", "secret", "var"]
    assert proxy.count() == 4 + 3 + 3
    assert {"boto3", "botocore", "s3transfer"} & set(seen["modules"]) == set()


def test_the_version_is_that_of_the_installed_distribution() -> None:
    assert lambda_cache.__version__ == metadata.version("lambda-cache")


def test_the_package_is_marked_as_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()
