"""S3 objects become files: where they lie, when they are downloaded again, and what keeps them whole."""

from __future__ import annotations

import os
import resource
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import exceptions, s3

from tests import faults, program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_cache.testing import Time

    from tests.account import Account
    from tests.context import LambdaContext
    from tests.fakes.proxy import Proxy

URI = "s3://bucket/path/to/object.json"


def statuses(proxy: Proxy) -> list[int]:
    """Returns the status of each GetObject; there must be no other call."""
    assert proxy.count() == proxy.count("GetObject")
    return [call.status for call in proxy.calls]


def files_in(folder: Path) -> set[str]:
    """The names in the folder of downloads, without the private folder."""
    return {path.name for path in folder.iterdir()} - {".lambda-cache"}


# ===== Where the file lies =====


def test_the_value_is_the_path_of_the_file(account: Account, folder: Path, context: LambdaContext) -> None:
    account.put_object(URI, b"content")

    @s3.cache(s3Uri=URI)
    def handler(event: object, context: LambdaContext) -> object:
        return getattr(context, "object.json")

    path = handler({}, context)
    assert type(path) is str
    assert path == s3.get_entry(URI) == str(folder / "object.json")
    assert Path(path).read_bytes() == b"content"
    assert context.added() == {"object.json"}
    assert files_in(folder) == {"object.json"}


def test_the_entry_name_names_the_file(account: Account, folder: Path, context: LambdaContext) -> None:
    account.put_object(URI, b"content")

    @s3.cache(URI, 60, "model.bin")
    def handler(event: object, context: LambdaContext) -> object:
        return getattr(context, "model.bin")

    assert handler({}, context) == str(folder / "model.bin")
    assert files_in(folder) == {"model.bin"}


@pytest.mark.parametrize("not_given", [None, False, ""])
def test_an_empty_entry_name_means_not_given(account: Account, folder: Path, not_given: Any) -> None:
    account.put_object(URI, b"content")
    assert s3.get_entry(URI, entry_name=not_given) == str(folder / "object.json")


def test_the_folder_is_looked_up_at_each_fetch(
    account: Account, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.put_object(URI, b"content")
    assert s3.get_entry(URI) == str(folder / "object.json")
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setenv("LAMBDA_CACHE_DIR", str(other))
    assert s3.get_entry(URI, max_age_in_seconds=0) == str(other / "object.json")
    assert (other / "object.json").read_bytes() == b"content"


def test_one_object_under_two_entry_names_is_two_files(account: Account, folder: Path) -> None:
    account.put_object(URI, b"content")
    s3.get_entry(URI, entry_name="one")
    s3.get_entry(URI, entry_name="two")
    assert files_in(folder) == {"one", "two"}
    assert (folder / "two").read_bytes() == b"content"


def test_two_objects_for_one_path_are_refused(account: Account, proxy: Proxy, folder: Path) -> None:
    account.put_object("s3://bucket/a/model.bin", b"of a")
    account.put_object("s3://bucket/b/model.bin", b"of b")
    s3.get_entry("s3://bucket/a/model.bin")
    with pytest.raises(exceptions.ArgumentValueError, match="entry_name") as caught:
        s3.get_entry("s3://bucket/b/model.bin")
    assert "s3://bucket/a/model.bin" in str(caught.value)
    assert "s3://bucket/b/model.bin" in str(caught.value)
    assert (folder / "model.bin").read_bytes() == b"of a"
    assert proxy.count() == 1
    assert Path(s3.get_entry("s3://bucket/b/model.bin", entry_name="b.bin")).read_bytes() == b"of b"


def test_private_files_are_for_their_owner_only(account: Account, folder: Path) -> None:
    account.put_object(URI, b"content")
    s3.get_entry(URI)
    private = folder / ".lambda-cache"
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in private.iterdir()} == {0o600}


# ===== Keys =====


@pytest.mark.parametrize(
    "key",
    [
        "with space.txt",
        "a+b.txt",
        "100%.txt",
        "a%2Fb%20c.txt",
        "grüße-🦀.txt",
        "a&b=c;d@e$f,g:h.txt",
        "q?x=1#fragment.txt",
        "quo'te\"d<>\\^`{|}~[].txt",
        "model..v2.bin",
        ".hidden",
        "-dash",
        "x" * 255,
        "ü" * 127 + "x",
        "folder with space/100%/+/name.txt",
        "a//b",
        "/leading",
        "dots/./in/../between",
    ],
)
def test_every_key_is_fetched_as_it_stands(account: Account, folder: Path, key: str) -> None:
    account.put_object(f"s3://bucket/{key}", key.encode())
    path = Path(s3.get_entry(f"s3://bucket/{key}"))
    assert path == folder / key.rpartition("/")[2]
    assert path.read_bytes() == key.encode()


def test_keys_with_different_escapes_are_different_objects(account: Account) -> None:
    for key in ("a b", "a+b", "a%20b"):
        account.put_object(f"s3://bucket/{key}", key.encode())
    for key in ("a b", "a+b", "a%20b"):
        assert Path(s3.get_entry(f"s3://bucket/{key}")).read_text() == key


@pytest.mark.parametrize("bucket", ["bucket", "bucket.with.dots", "bucket_name", "b" * 63])
def test_every_name_of_a_bucket_works_with_an_endpoint(account: Account, bucket: str) -> None:
    account.put_object(f"s3://{bucket}/key", b"content")
    assert Path(s3.get_entry(f"s3://{bucket}/key")).read_bytes() == b"content"


@pytest.mark.parametrize("size", [0, 1, 65_536, 5_000_001])
def test_objects_of_every_size(account: Account, size: int) -> None:
    body = os.urandom(size)
    account.put_object(URI, body)
    assert Path(s3.get_entry(URI)).read_bytes() == body


# ===== When it is downloaded again =====


def test_an_expired_file_is_downloaded_again_by_default(account: Account, proxy: Proxy, clock: Time) -> None:
    account.put_object(URI, b"content")
    s3.get_entry(URI)
    clock.advance(50)
    s3.get_entry(URI)
    assert statuses(proxy) == [200]
    clock.advance(10)
    s3.get_entry(URI)
    assert statuses(proxy) == [200, 200]


def test_check_before_download_downloads_only_what_changed(account: Account, proxy: Proxy, clock: Time) -> None:
    account.put_object(URI, b"one")
    path = Path(s3.get_entry(URI, 60, check_before_download=True))
    before = path.stat()
    clock.advance(60)
    s3.get_entry(URI, 60, check_before_download=True)
    assert statuses(proxy) == [200, 304]
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    account.put_object(URI, b"two")
    clock.advance(60)
    s3.get_entry(URI, 60, check_before_download=True)
    assert statuses(proxy) == [200, 304, 200]
    assert path.read_bytes() == b"two"


def test_forms_of_an_unchanged_file_are_kept(account: Account, proxy: Proxy, clock: Time) -> None:
    loaded: list[bytes] = []

    def load(path: str) -> bytes:
        loaded.append(Path(path).read_bytes())
        return loaded[-1]

    account.put_object(URI, b"one")
    for _ in range(2):
        assert s3.get_entry(URI, 60, check_before_download=True, transform=load) == b"one"
        clock.advance(60)
    assert statuses(proxy) == [200, 304]
    assert loaded == [b"one"]
    account.put_object(URI, b"two")
    assert s3.get_entry(URI, 60, check_before_download=True, transform=load) == b"two"
    s3.invalidate(URI)
    assert s3.get_entry(URI, 60, check_before_download=True, transform=load) == b"two"
    assert loaded == [b"one", b"two", b"two"]


def test_a_file_that_was_found_unchanged_is_young_again(account: Account, proxy: Proxy, clock: Time) -> None:
    account.put_object(URI, b"content")
    for _ in range(3):
        s3.get_entry(URI, 60, check_before_download=True)
        clock.advance(50)
        s3.get_entry(URI, 60, check_before_download=True)
        clock.advance(10)
    assert statuses(proxy) == [200, 304, 304]


def test_max_age_0_always_asks(account: Account, proxy: Proxy) -> None:
    account.put_object(URI, b"one")
    s3.get_entry(URI, 0)
    account.put_object(URI, b"two")
    assert Path(s3.get_entry(URI, 0)).read_bytes() == b"two"
    s3.get_entry(URI, 0, check_before_download=True)
    assert statuses(proxy) == [200, 200, 304]


def test_a_deleted_file_is_downloaded_at_the_next_call(account: Account, proxy: Proxy) -> None:
    account.put_object(URI, b"content")
    path = Path(s3.get_entry(URI))
    path.unlink()
    s3.get_entry(URI)
    assert path.read_bytes() == b"content"
    assert statuses(proxy) == [200, 200]


def truncated(path: Path) -> None:
    os.truncate(path, 3)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def written_over(path: Path) -> None:
    path.write_bytes(b"CONTENT")  # as many bytes as before


def appended_to(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def replaced(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(b"CONTENT")
    other.rename(path)


def deleted(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("check_before_download", [False, True])
@pytest.mark.parametrize("spoil", [truncated, emptied, written_over, appended_to, replaced, deleted])
def test_a_file_changed_behind_our_back_is_downloaded_whole(
    account: Account, proxy: Proxy, spoil: Any, check_before_download: bool
) -> None:
    account.put_object(URI, b"content")
    path = Path(s3.get_entry(URI, check_before_download=check_before_download))
    spoil(path)
    s3.get_entry(URI, check_before_download=check_before_download)
    assert path.read_bytes() == b"content"
    assert statuses(proxy) == [200, 200]
    s3.get_entry(URI, check_before_download=check_before_download)
    assert statuses(proxy) == [200, 200]


def test_unrecorded_file_is_not_used(account: Account, folder: Path) -> None:
    account.put_object(URI, b"content")
    (folder / "object.json").write_bytes(b"foreign")
    assert Path(s3.get_entry(URI)).read_bytes() == b"content"


# ===== Restarts and other processes =====


def test_restart_reuses_the_file_after_conditional_get(account: Account, proxy: Proxy) -> None:
    account.put_object(URI, b"one")
    assert program.run("download", URI) == "one"
    assert program.run("download", URI) == "one"
    assert statuses(proxy) == [200, 304]
    account.put_object(URI, b"two")
    assert program.run("download", URI) == "two"
    assert statuses(proxy) == [200, 304, 200]


def test_unreadable_record_costs_one_download(account: Account, proxy: Proxy, folder: Path) -> None:
    account.put_object(URI, b"content")
    program.run("download", URI)
    for path in (folder / ".lambda-cache").iterdir():
        path.write_bytes(b"\x00{not a record")
    assert program.run("download", URI) == "content"
    assert statuses(proxy) == [200, 200]


def test_processes_that_share_a_folder_download_once(account: Account, proxy: Proxy) -> None:
    account.put_object(URI, b"content")
    with proxy.hold():
        programs = [program.start("download", URI) for _ in range(4)]
        proxy.wait_for(in_flight=1)
    assert [program.finish(process) for process in programs] == ["content"] * 4
    assert statuses(proxy).count(200) == 1


def test_other_processs_file_is_adopted_with_its_age(account: Account, proxy: Proxy, folder: Path, clock: Time) -> None:
    account.put_object(URI, b"one")
    s3.get_entry(URI)
    account.put_object(URI, b"two")
    program.run("download", URI, "0")
    calls = proxy.count()
    clock.advance(10)  # our clock stood still while the other process ran by its own
    assert Path(s3.get_entry(URI)).read_bytes() == b"two"
    assert proxy.count() == calls
    clock.advance(60)
    s3.get_entry(URI)
    assert proxy.count() == calls + 1


# ===== Whole files only =====


def test_a_reader_keeps_the_old_file_while_a_new_one_arrives(account: Account, clock: Time) -> None:
    account.put_object(URI, b"old content")
    with Path(s3.get_entry(URI)).open("rb") as reader:
        assert reader.read(3) == b"old"
        account.put_object(URI, b"new")
        clock.advance(60)
        assert Path(s3.get_entry(URI)).read_bytes() == b"new"
        assert reader.read() == b" content"


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param((200, b"half of", {"Content-Length": "100", "ETag": '"1"'}), id="too short"),
        pytest.param((200, b"spoilt", {"ETag": '"1"', "x-amz-checksum-crc32": "AAAAAA=="}), id="wrong checksum"),
        pytest.param(faults.s3_error("NoSuchKey", status=404), id="gone"),
        pytest.param(faults.s3_error("AccessDenied", status=403), id="refused"),
        pytest.param(faults.s3_error("InternalError", status=500), id="failed"),
    ],
)
def test_a_download_that_fails_leaves_the_old_file_and_no_other(
    account: Account, proxy: Proxy, folder: Path, monkeypatch: pytest.MonkeyPatch, fault: Any
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    account.put_object(URI, b"old content")
    s3.get_entry(URI)
    private = set((folder / ".lambda-cache").iterdir())
    proxy.fail_next.extend([fault] * 10)  # a download that breaks off may be begun again
    with pytest.raises(exceptions.LambdaCacheError, match=URI):
        s3.get_entry(URI, 0)
    assert proxy.fail_next != []
    proxy.fail_next.clear()
    assert (folder / "object.json").read_bytes() == b"old content"
    assert files_in(folder) == {"object.json"}
    assert set((folder / ".lambda-cache").iterdir()) == private
    assert Path(s3.get_entry(URI)).read_bytes() == b"old content"


def test_a_first_download_that_fails_leaves_no_file(
    account: Account, proxy: Proxy, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    proxy.fail_next.extend([(200, b"half of", {"Content-Length": "100", "ETag": '"1"'})] * 10)
    with pytest.raises(exceptions.LambdaCacheError):
        s3.get_entry(URI)
    assert files_in(folder) == set()


def test_symlink_instead_of_the_file_is_replaced(account: Account, folder: Path, tmp_path: Path) -> None:
    account.put_object(URI, b"content")
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (folder / "object.json").symlink_to(victim)
    path = Path(s3.get_entry(URI))
    assert victim.read_bytes() == b"precious"
    assert not path.is_symlink()
    assert path.read_bytes() == b"content"


def test_a_symlink_put_there_later_is_replaced_not_followed(account: Account, tmp_path: Path) -> None:
    account.put_object(URI, b"content")
    path = Path(s3.get_entry(URI))
    elsewhere = tmp_path / "elsewhere"
    path.rename(elsewhere)  # same inode, size and time: only the link gives it away
    path.symlink_to(elsewhere)
    s3.get_entry(URI)
    assert not path.is_symlink()
    assert path.read_bytes() == b"content"


def test_symlink_instead_of_private_folder_is_refused(account: Account, folder: Path, tmp_path: Path) -> None:
    account.put_object(URI, b"content")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (folder / ".lambda-cache").symlink_to(elsewhere)
    with pytest.raises(exceptions.StorageError):
        s3.get_entry(URI)
    assert list(elsewhere.iterdir()) == []


# ===== Trouble with the folder =====


@pytest.fixture
def disk_of_a_megabyte() -> Iterator[None]:
    """Lets no file grow beyond a megabyte: to a writer that is a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("disk_of_a_megabyte")
def test_a_full_disk_is_a_storage_error_and_the_old_file_stays(account: Account, folder: Path) -> None:
    account.put_object(URI, b"old content")
    s3.get_entry(URI)
    private = set((folder / ".lambda-cache").iterdir())
    account.put_object(URI, bytes(2_000_000))
    with pytest.raises(exceptions.StorageError, match=str(folder)) as caught:
        s3.get_entry(URI, 0)
    assert isinstance(caught.value, OSError)
    assert (folder / "object.json").read_bytes() == b"old content"
    assert files_in(folder) == {"object.json"}
    assert set((folder / ".lambda-cache").iterdir()) == private


def test_unwritable_folder_is_a_storage_error(
    account: Account, monkeypatch: pytest.MonkeyPatch, context: LambdaContext
) -> None:
    monkeypatch.setenv("LAMBDA_CACHE_DIR", "/proc")  # not even root can write there
    account.put_object(URI, b"content")

    @s3.cache(URI)
    def handler(event: object, context: LambdaContext) -> None:
        pytest.fail("the handler ran")

    with pytest.raises(exceptions.StorageError, match="/proc") as caught:
        handler({}, context)
    assert isinstance(caught.value, OSError)
    assert "LAMBDA_CACHE_DIR" in str(caught.value)


def test_a_file_in_the_place_of_the_folder_is_a_storage_error(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"precious")
    monkeypatch.setenv("LAMBDA_CACHE_DIR", str(file))
    account.put_object(URI, b"content")
    with pytest.raises(exceptions.StorageError, match=str(file)):
        s3.get_entry(URI)
    assert file.read_bytes() == b"precious"


def test_a_folder_in_the_place_of_the_file_is_a_storage_error(account: Account, folder: Path) -> None:
    (folder / "object.json").mkdir()
    (folder / "object.json" / "precious").write_bytes(b"")
    account.put_object(URI, b"content")
    with pytest.raises(exceptions.StorageError, match=r"object\.json"):
        s3.get_entry(URI)
    assert (folder / "object.json" / "precious").exists()


# ===== Errors of S3 =====


def test_missing_object_and_bucket_have_different_errors(account: Account) -> None:
    account.put_object(URI, b"content")
    with pytest.raises(exceptions.NotFoundError, match="s3://bucket/none") as no_object:
        s3.get_entry("s3://bucket/none")
    assert no_object.value.response["Error"]["Code"] == "NoSuchKey"
    with pytest.raises(exceptions.NotFoundError, match="s3://nowhere/other") as no_bucket:
        s3.get_entry("s3://nowhere/other")
    assert no_bucket.value.response["Error"]["Code"] == "NoSuchBucket"


def test_deleted_object_is_not_found_and_its_file_stays(account: Account, folder: Path, clock: Time) -> None:
    account.put_object(URI, b"content")
    s3.get_entry(URI)
    account.delete_object(URI)
    clock.advance(60)
    with pytest.raises(exceptions.NotFoundError):
        s3.get_entry(URI)
    assert (folder / "object.json").read_bytes() == b"content"
