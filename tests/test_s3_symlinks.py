"""Planted files in the folder of downloads: links are not followed, and foreign files are not used."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lambda_cache import exceptions, s3

from tests import program

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.account import Account
    from tests.fakes.proxy import Proxy

URI = "s3://bucket/path/to/object.json"
NAMES_HASH = hashlib.sha256(b"object.json").hexdigest()
OURS = ["lock", "json", "part", "json.part"]


def statuses(proxy: Proxy) -> list[int]:
    """Returns the status of each GetObject."""
    return [call.status for call in proxy.calls]


@pytest.fixture
def private(folder: Path) -> Path:
    """The private folder, as the first download makes it."""
    private = folder / ".lambda-cache"
    private.mkdir(mode=0o700)
    return private


# ===== Links =====


@pytest.mark.parametrize("ours", OURS)
def test_link_instead_of_own_file_changes_nothing_outside(
    account: Account, private: Path, tmp_path: Path, ours: str
) -> None:
    account.put_object(URI, b"content")
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    victim.chmod(0o644)
    before = victim.stat()
    link = private / f"{NAMES_HASH}.{ours}"
    link.symlink_to(victim)
    with suppress(exceptions.StorageError):
        assert Path(s3.get_entry(URI)).read_bytes() == b"content"
    after = victim.stat()
    assert victim.read_bytes() == b"precious"
    assert (after.st_mode, after.st_mtime_ns, after.st_ino) == (before.st_mode, before.st_mtime_ns, before.st_ino)
    link.unlink(missing_ok=True)
    assert Path(s3.get_entry(URI, 0)).read_bytes() == b"content"


@pytest.mark.parametrize("ours", OURS)
def test_dangling_link_instead_of_own_file_creates_no_file(
    account: Account, private: Path, tmp_path: Path, ours: str
) -> None:
    account.put_object(URI, b"content")
    nowhere = tmp_path / "nowhere"
    (private / f"{NAMES_HASH}.{ours}").symlink_to(nowhere)
    with suppress(exceptions.StorageError):
        assert Path(s3.get_entry(URI)).read_bytes() == b"content"
    assert not os.path.lexists(nowhere)


def test_dangling_link_instead_of_the_file_creates_no_file(account: Account, folder: Path, tmp_path: Path) -> None:
    account.put_object(URI, b"content")
    nowhere = tmp_path / "nowhere"
    (folder / "object.json").symlink_to(nowhere)
    path = Path(s3.get_entry(URI))
    assert not os.path.lexists(nowhere)
    assert not path.is_symlink()
    assert path.read_bytes() == b"content"


def test_a_record_behind_a_link_is_not_read(account: Account, proxy: Proxy, folder: Path, tmp_path: Path) -> None:
    account.put_object(URI, b"content")
    assert program.run("download", URI) == "content"
    record = folder / ".lambda-cache" / f"{NAMES_HASH}.json"
    elsewhere = tmp_path / "elsewhere"
    record.rename(elsewhere)
    record.symlink_to(elsewhere)
    assert program.run("download", URI) == "content"
    assert statuses(proxy) == [200, 200], "what the record says was taken from behind the link"


# ===== What became of a file between two processes =====


def rewritten(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(b"CONTENT")
    other.rename(path)


def truncated(path: Path) -> None:
    os.truncate(path, 3)


def appended_to(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


@pytest.mark.parametrize("spoil", [rewritten, truncated, appended_to])
def test_altered_file_with_restored_time_is_downloaded_again(
    account: Account, proxy: Proxy, folder: Path, spoil: Callable[[Path], None]
) -> None:
    account.put_object(URI, b"content")
    assert program.run("download", URI) == "content"
    path = folder / "object.json"
    before = path.stat()
    spoil(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.read_bytes() != b"content"
    assert program.run("download", URI) == "content"
    assert statuses(proxy) == [200, 200]
