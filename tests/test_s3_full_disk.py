"""A folder on a real, full file system of one megabyte: errors and remaining files."""

from __future__ import annotations

import errno
import re
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from tests.controlled_process import ControlledProcess, root_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fakes.fault_server import FaultServer

URI = "s3://bucket/object"
MIB = 1 << 20
OLD = b"old content"
# A separate namespace, in which any user may mount; "$0" is the folder, and "$@" the command.
ON_SMALL_DISK = (
    "unshare",
    "--map-root-user",
    "--mount",
    "sh",
    "-c",
    'mount -t tmpfs -o size=1m none "$0" && exec "$@"',
)


@pytest.fixture
def process(fault_server: FaultServer, folder: Path) -> Iterator[ControlledProcess]:
    """A process whose folder of downloads is a megabyte, and which has the old content there."""
    try:
        tried = subprocess.run([*ON_SMALL_DISK, folder, "true"], capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        pytest.skip(f"no small disk can be made here: {error}")
    if tried.returncode:
        pytest.skip(f"this kernel does not allow mounting a small disk: {tried.stderr.strip()}")
    fault_server.put_object(URI, OLD)
    with ControlledProcess("clock", under=(*ON_SMALL_DISK, str(folder))) as process:
        assert get(process)["content"].encode() == OLD
        yield process


def get(process: ControlledProcess, max_age_in_seconds: float = 0, **arguments: Any) -> Any:
    """Returns the process's value or error."""
    return process.ask("get", s3Uri=URI, max_age_in_seconds=max_age_in_seconds, **arguments)


def disk_of(process: ControlledProcess, folder: Path) -> Path:
    """The small disk, as seen from outside of its namespace."""
    return root_of(process) / folder.relative_to("/")


def fill(disk: Path) -> Path:
    """Takes every byte that is left."""
    filler = disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    return filler


def assert_says_that_it_is_full(answer: Any, needed: str) -> None:
    """The error, its number, and both of the numbers that help."""
    assert answer["error"] == "StorageError"
    assert answer["errno"] == errno.ENOSPC
    assert (said := re.search(r"write (.*) bytes, with (\d+) bytes free", answer["message"])), answer["message"]
    assert re.fullmatch(needed, said[1])
    assert 0 <= int(said[2]) < MIB


def assert_old_file_is_all_there_is(process: ControlledProcess, folder: Path, *others: str) -> None:
    """The old file, with its lock and its record, is served while it is young enough, and nothing else is there."""
    files = process.ask("look", folder=str(folder))["files"]
    assert files.pop("object") == len(OLD)
    assert {name.rpartition(".")[2] for name in files} - set(others) == {"lock", "json"}
    assert get(process, 3_600)["content"].encode() == OLD
    process.ask("advance", seconds=3_600)
    assert get(process, 3_600)["error"] == "StorageError", "too old, and it cannot be fetched again"


def test_object_larger_than_free_space_is_refused_unwritten(
    fault_server: FaultServer, process: ControlledProcess, folder: Path
) -> None:
    fault_server.put_object_of_size(URI, 1024 * MIB)  # which would take its time to arrive
    answer = get(process)
    assert_says_that_it_is_full(answer, str(1024 * MIB))
    assert answer["seconds"] < 2
    assert_old_file_is_all_there_is(process, folder)
    fault_server.put_object(URI, b"n" * (MIB // 2))
    assert get(process)["content"].encode() == b"n" * (MIB // 2)


def test_disk_fills_during_download_of_unknown_length(
    fault_server: FaultServer, process: ControlledProcess, folder: Path
) -> None:
    fault_server.put_object_of_size(URI, 2 * MIB)
    fault_server.fault(URI, "without-length", "always")
    assert_says_that_it_is_full(get(process), r"at least \d+")
    assert_old_file_is_all_there_is(process, folder)
    fault_server.put_object(URI, b"new")
    assert get(process)["content"] == "new"


def test_a_disk_that_others_filled(fault_server: FaultServer, process: ControlledProcess, folder: Path) -> None:
    fault_server.put_object(URI, b"n" * 50_000)
    filler = fill(disk_of(process, folder))
    assert_says_that_it_is_full(get(process), "50000")
    assert_old_file_is_all_there_is(process, folder, "filler")
    filler.unlink()
    assert get(process)["content"] == "n" * 50_000


def test_allocated_object_fits_on_a_disk_filled_meanwhile(
    fault_server: FaultServer, process: ControlledProcess, folder: Path
) -> None:
    body = b"n" * (MIB // 2)
    fault_server.put_object(URI, body)
    fault_server.fault(URI, "slow-body", bytes=len(body) // 20, milliseconds=20)
    process.tell("get", s3Uri=URI, max_age_in_seconds=0)
    disk, deadline = disk_of(process, folder), time.monotonic() + 20
    while not list((disk / ".lambda-cache").glob("*.part")):
        assert time.monotonic() < deadline, "the download never began"
    fill(disk)
    assert list((disk / ".lambda-cache").glob("*.part")), "it was over before the disk was full"
    assert process.hear()["content"].encode() == body


def test_stale_if_error_does_not_cover_a_full_disk(
    fault_server: FaultServer, process: ControlledProcess, folder: Path
) -> None:
    fill(disk_of(process, folder))
    fault_server.put_object(URI, b"n" * 50_000)
    process.ask("advance", seconds=60)
    assert get(process, 60, stale_if_error_in_seconds=3_600)["error"] == "StorageError"
