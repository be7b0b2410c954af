"""The checks: each makes objects with boto3, reads them with lambda_cache, and asserts that the bytes are right."""

from __future__ import annotations

import itertools
import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_cache import clear, exceptions, s3

from tests.fakes.proxy import Proxy
from tests.s3_servers import servers
from tests.s3_servers.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from tests.s3_servers.servers import Running

MIB = 1 << 20
_CHECKSUMS = (None, "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256")
_KEYS = ("a b", "a+b", "ä/é", "100%", "a=b&c", "(x)'!*", "~t_-.e", "a:b@c", "a,b;c", "日本")
_buckets = itertools.count()


class Trial:
    """A separate bucket on a server, and the folder for downloads."""

    def __init__(self, one: Running, folder: Path) -> None:
        """Creates the bucket."""
        self.server = one
        self.folder = folder
        self.client = one.client()
        self.bucket = f"trial-{os.getpid()}-{next(_buckets)}"
        self.client.create_bucket(Bucket=self.bucket)

    def put(self, key: str, body: bytes, **more: Any) -> None:
        """Stores an object."""
        self.client.put_object(Bucket=self.bucket, Key=key, Body=body, **more)

    def through(self, proxy: Proxy) -> AbstractContextManager[None]:
        """Points this process's lambda_cache at the proxy."""
        return self.server.configured(proxy.url, LAMBDA_CACHE_DIR=str(self.folder))

    def get(self, key: str, *, check: bool = False, name: str = "file") -> bytes:
        """Returns what lambda_cache downloads, however fresh the last download is."""
        path = s3.get_entry(f"s3://{self.bucket}/{key}", 0, name, check_before_download=check)
        assert path == str(self.folder / name), path
        return Path(path).read_bytes()


def reads_objects_of_every_size(trial: Trial) -> str:
    """Objects of no byte, of one, and of several parts."""
    for size_bytes in (0, 1, 8 * MIB, 20 * MIB + 1):
        body = _pattern(size_bytes)
        trial.put("sized", body)
        assert trial.get("sized") == body, f"{size_bytes} bytes"
    return "ok"


def reads_every_kind_of_checksum(trial: Trial) -> str:
    """Objects with each checksum that the server takes, in one piece and as a multipart upload."""
    taken: list[str] = []
    for kind in _CHECKSUMS:
        body = _pattern(MIB + 7)
        try:
            trial.put("summed", body, **({"ChecksumAlgorithm": kind} if kind else {}))
        except Exception:  # the server, or boto3 without an optional package, does not know this one
            continue
        assert trial.get("summed") == body, kind
        taken.append(kind or "none")
    _put_in_parts(trial, "parts", [_pattern(17 * MIB), _pattern(5 * MIB)])
    assert trial.get("parts", name="parts") == _pattern(17 * MIB) + _pattern(5 * MIB), "multipart"
    return f"{len(taken)} of {len(_CHECKSUMS)}"


def reads_awkward_keys(trial: Trial) -> str:
    """Keys with characters that a URL, a signature or a file system treats in its own way."""
    read = 0
    for number, key in enumerate(_KEYS):
        body = key.encode()
        try:
            trial.put(key, body)
            theirs = trial.client.get_object(Bucket=trial.bucket, Key=key)["Body"].read()
        except Exception:  # nor can boto3
            continue
        assert theirs == body, key
        assert trial.get(key, name=f"awkward-{number}") == body, key
        read += 1
    return f"{read} of {len(_KEYS)}"


class _Entrance(Proxy):
    """A forward proxy, and an endpoint with a path. It passes on only the path that the server has."""

    PATH = "/storage/v1/s3"

    def route(self, target: str) -> str:
        """Removes the host of a proxied request, or the endpoint's path."""
        path = "/" + target.split("/", 3)[3] if target.startswith("http://") else target
        return path.removeprefix(self.PATH)


def reads_with_each_addressing(trial: Trial) -> str:
    """The bucket as a part of the path, of the host, and after the path of an endpoint, wherever boto3 can."""
    body = b"addressed"
    trial.put("folder/addressed", body)
    profile = trial.folder / "profile"
    read: list[str] = []
    with _Entrance(trial.server.url) as entrance:
        for name, style, url, proxy in (
            ("path", "path", trial.server.url, None),
            ("host", "virtual", f"http://{servers.DOMAIN}", entrance.url),
            ("prefix", "path", entrance.url + _Entrance.PATH, None),
        ):
            client = trial.server.client(url, style, proxy)
            try:
                theirs = client.get_object(Bucket=trial.bucket, Key="folder/addressed")["Body"].read()
            except Exception:  # the server does not support it, or compares the signature with another path
                continue
            assert theirs == body, name
            profile.write_text(f"[default]\ns3 =\n  addressing_style = {style}\n")
            more = {"AWS_CONFIG_FILE": str(profile), "LAMBDA_CACHE_DIR": str(trial.folder)}
            with trial.server.configured(url, **more, **({"http_proxy": proxy} if proxy else {})):
                clear()
                assert trial.get("folder/addressed", name="addressed") == body, name
            read.append(name)
    clear()
    return ", ".join(read)


def checks_cost_one_request(trial: Trial) -> str:
    """A check of an object that did not change is one request, and the file stays; a changed object is downloaded."""
    old, new = b"a" * (2 * MIB), b"b" * (2 * MIB)
    trial.put("checked", old, ContentType="text/plain")
    time.sleep(1.1)  # a date within whose second the answer was given names no version: JuiceFS has nothing else
    with Proxy(trial.server.url) as proxy, trial.through(proxy):
        assert trial.get("checked", check=True, name="checked") == old
        first = (trial.folder / "checked").stat()
        proxy.reset()
        assert trial.get("checked", check=True, name="checked") == old
        deadline = time.monotonic() + 10
        while not proxy.calls and time.monotonic() < deadline:
            time.sleep(0.01)  # an answer whose body lambda_cache did not read ends at the proxy a little later
        requests = proxy.count()
        status = proxy.calls[-1].status
        second = (trial.folder / "checked").stat()
        assert requests == 1, f"{requests} requests"
        assert second.st_ino == first.st_ino, "the file was downloaded again"
        trial.put("checked", new, ContentType="text/plain")
        assert trial.get("checked", check=True, name="checked") == new
    return str(status)


def missing_objects_are_not_found(trial: Trial) -> str:
    """A key and a bucket that do not exist are a NotFoundError, also after they existed."""
    trial.put("gone", b"here")
    assert trial.get("gone", name="gone") == b"here"
    trial.client.delete_object(Bucket=trial.bucket, Key="gone")
    for uri in (f"s3://{trial.bucket}/gone", f"s3://{trial.bucket}/never", "s3://no-such-bucket-here/key"):
        try:
            s3.get_entry(uri, 0, "missing")
        except exceptions.NotFoundError:
            continue
        except exceptions.AccessDeniedError:
            return "403"
        raise AssertionError(f"{uri} was read")
    return "ok"


def changes_in_between_leave_one_version(trial: Trial) -> str:
    """An object that is replaced, several times, while it is downloaded: the file is one version, whole.

    Some servers give bytes of no version under one ETag. The recorded answers show whether the file is such an answer.
    """
    sizes = (24 * MIB, 20 * MIB, 28 * MIB)
    versions = [bytes([65 + index]) * size for index, size in enumerate(sizes)]
    trial.put("changing", versions[0])
    ended = threading.Event()

    def replace() -> None:
        client = trial.server.client()
        for body in itertools.cycle(versions):
            if ended.is_set():
                return
            client.put_object(Bucket=trial.bucket, Key="changing", Body=body)

    writer = threading.Thread(target=replace)
    writer.start()
    whole = failed = of_none = 0
    try:
        with Recorder(trial.server.url) as recorder, trial.through(recorder):
            for _ in range(6):
                recorder.answers.clear()
                try:
                    body = trial.get("changing", name="changing")
                except exceptions.UnavailableError:
                    failed += 1
                    continue
                if body in versions:
                    whole += 1
                    continue
                assert recorder.gave_as_one(body), f"a mixture of {[str(answer) for answer in recorder.answers]}"
                of_none += 1
    finally:
        ended.set()
        writer.join()
    return f"{whole} of {whole + failed + of_none}" + (f", {of_none} of no version" if of_none else "")


CHECKS: dict[str, Callable[[Trial], str]] = {
    "sizes": reads_objects_of_every_size,
    "checksums": reads_every_kind_of_checksum,
    "keys": reads_awkward_keys,
    "addressing": reads_with_each_addressing,
    "check of an unchanged object": checks_cost_one_request,
    "missing": missing_objects_are_not_found,
    "replaced while downloaded": changes_in_between_leave_one_version,
}
"""Each check by its column in the table."""


def run(check: Callable[[Trial], str], one: Running, folder: Path) -> str:
    """Runs a check with an empty cache; returns its cell of the table."""
    with one.configured(LAMBDA_CACHE_DIR=str(folder)):
        clear()
        return check(Trial(one, folder))


def _pattern(size_bytes: int) -> bytes:
    """Returns bytes that differ from one place to the next, so that a part in the wrong place shows."""
    line = b"".join(index.to_bytes(4, "big") for index in range(16384))
    return (line * (size_bytes // len(line) + 1))[:size_bytes]


def _put_in_parts(trial: Trial, key: str, parts: list[bytes]) -> None:
    where = {"Bucket": trial.bucket, "Key": key}
    upload = trial.client.create_multipart_upload(**where)["UploadId"]
    numbered = list(enumerate(parts, 1))
    put = [
        {
            "PartNumber": number,
            "ETag": trial.client.upload_part(**where, UploadId=upload, PartNumber=number, Body=part)["ETag"],
        }
        for number, part in numbered
    ]
    trial.client.complete_multipart_upload(**where, UploadId=upload, MultipartUpload={"Parts": put})
