"""A file's own name, a version of an object, and two users who share the folder of downloads."""

from __future__ import annotations

import asyncio
import os
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import exceptions, s3

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.account import Account
    from tests.context import LambdaContext
    from tests.fakes.proxy import Proxy

URI = "s3://bucket/models/model.tar.gz"
NOBODY = 65534


# ===== The file's name =====


def test_file_name_keeps_the_extension_below_an_identifier(
    account: Account, folder: Path, tmp_path: Path, context: LambdaContext
) -> None:
    (tmp_path / "weights.txt").write_text("0.5")
    with tarfile.open(tmp_path / "model.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "weights.txt", "weights.txt")
    account.put_object(URI, (tmp_path / "model.tar.gz").read_bytes())

    @s3.cache(s3Uri=URI, entry_name="model", file_name="model.tar.gz")
    def handler(event: object, context: Any) -> str:
        shutil.unpack_archive(context.model, tmp_path / "unpacked")
        return str(context.model)

    assert handler({}, context) == str(folder / "model.tar.gz")
    assert (tmp_path / "unpacked" / "weights.txt").read_text() == "0.5"


def test_file_name_alone_leaves_the_entry_its_name(account: Account, folder: Path, context: LambdaContext) -> None:
    account.put_object(URI, b"content")

    @s3.cache(URI, file_name="newest.tgz")
    def handler(event: object, context: LambdaContext) -> object:
        return getattr(context, "model.tar.gz")

    assert handler({}, context) == str(folder / "newest.tgz") == s3.get_entry(URI, file_name="newest.tgz")
    assert asyncio.run(s3.aget_entry(URI, file_name="newest.tgz")) == str(folder / "newest.tgz")


def test_entry_names_for_one_file_are_one_entry(account: Account, proxy: Proxy, context: LambdaContext) -> None:
    account.put_object(URI, b"content")
    one = s3.get_entry(URI, entry_name="one", file_name="model.tar.gz")
    assert s3.get_entry(URI, entry_name="two", file_name="model.tar.gz") == one == s3.get_entry(URI)
    assert proxy.count() == 1


@pytest.mark.parametrize("name", ["a/b", "..", ".", "a\0b", ".lambda-cache", ".lambda-cache-1000", "x" * 256])
def test_file_name_that_cannot_name_a_file_is_refused(proxy: Proxy, name: str) -> None:
    with pytest.raises(exceptions.ArgumentValueError, match="file_name"):
        s3.get_entry(URI, file_name=name)
    assert proxy.count() == 0


def test_file_name_of_another_type_is_refused(proxy: Proxy) -> None:
    with pytest.raises(exceptions.ArgumentTypeNotSupportedError, match="file_name must be a str"):
        s3.get_entry(URI, file_name=3)  # type: ignore[call-overload]
    assert proxy.count() == 0


# ===== Versions =====


@pytest.fixture
def versions(account: Account, client: Callable[[str], Any]) -> tuple[str, str, str]:
    """The ids of an object's versions: the first, the second, and a delete marker."""
    account.put_object("s3://bucket/other", b"")
    aws = client("s3")
    aws.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    put = [aws.put_object(Bucket="bucket", Key="models/model.tar.gz", Body=body) for body in (b"first", b"second")]
    marker = aws.delete_object(Bucket="bucket", Key="models/model.tar.gz")
    return put[0]["VersionId"], put[1]["VersionId"], marker["VersionId"]


def test_version_id_reads_that_version_as_a_separate_entry(proxy: Proxy, versions: tuple[str, str, str]) -> None:
    first, second, _ = versions
    of_first = s3.get_entry(URI, version_id=first)
    of_second = s3.get_entry(URI, version_id=second, file_name="second")
    assert (Path(of_first).read_bytes(), Path(of_second).read_bytes()) == (b"first", b"second")
    assert s3.get_entry(URI, version_id=first) == of_first
    assert proxy.count() == 2


def test_versions_for_one_file_are_refused(versions: tuple[str, str, str]) -> None:
    first, second, _ = versions
    s3.get_entry(URI, version_id=first)
    with pytest.raises(exceptions.ArgumentValueError, match=second):
        s3.get_entry(URI, version_id=second)


def test_invalidate_forgets_every_version(proxy: Proxy, versions: tuple[str, str, str]) -> None:
    s3.get_entry(URI, version_id=versions[0])
    s3.invalidate(URI)
    s3.get_entry(URI, version_id=versions[0])
    assert proxy.count() == 2


def test_delete_marker_is_named(proxy: Proxy, versions: tuple[str, str, str]) -> None:
    # moto names no delete marker, so these are S3's own answers.
    marker = {"x-amz-delete-marker": "true"}
    body = b"<Error><Code>MethodNotAllowed</Code><Message>not against this resource</Message></Error>"
    proxy.fail_next.append((405, body, marker))
    with pytest.raises(exceptions.FetchError, match=r"a delete marker \(give the version_id"):
        s3.get_entry(URI, version_id=versions[2])
    body = b"<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>"
    proxy.fail_next.append((404, body, marker))
    with pytest.raises(exceptions.NotFoundError, match="its newest version is a delete marker"):
        s3.get_entry(URI)


def test_version_in_the_uri_is_refused_with_the_option(proxy: Proxy) -> None:
    with pytest.raises(exceptions.InvalidS3UriError, match='version_id="3HL4"'):
        s3.get_entry(f"{URI}?versionId=3HL4")
    with pytest.raises(exceptions.ArgumentValueError, match="version_id is empty"):
        s3.get_entry(URI, version_id="")
    assert proxy.count() == 0


# ===== Two users =====

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as two users")


@AS_ROOT
def test_records_of_two_users_lie_apart(account: Account, folder: Path, proxy: Proxy) -> None:
    account.put_object(URI, b"content")
    (folder / ".lambda-cache").mkdir(mode=0o700)
    os.chown(folder / ".lambda-cache", NOBODY, NOBODY)
    assert Path(s3.get_entry(URI)).read_bytes() == b"content"
    s3.get_entry(URI)
    assert proxy.count() == 1
    assert list((folder / ".lambda-cache").iterdir()) == []
    assert {path.suffix for path in (folder / ".lambda-cache-0").iterdir()} == {".lock", ".json"}


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder like /tmp, which every user can reach."""
    with tempfile.TemporaryDirectory(dir="/tmp") as shared:
        Path(shared).chmod(0o1777)
        monkeypatch.setenv("LAMBDA_CACHE_DIR", shared)
        yield Path(shared)


@AS_ROOT
def test_file_of_another_user_is_refused_with_advice(account: Account, shared: Path, proxy: Proxy) -> None:
    account.put_object(URI, b"content")
    s3.get_entry(URI)
    proxy.reset()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            s3.get_entry(URI)
        except BaseException as error:
            os.write(writer, f"{type(error).__name__}: {error}".encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as text:
        message = text.read()
    assert message.startswith("StorageError: ")
    assert f"{shared / 'model.tar.gz'} is a file of another user (uid 0)" in message
    assert "set LAMBDA_CACHE_DIR" in message
    assert proxy.count() == 0
