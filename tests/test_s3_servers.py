"""S3 servers that this project did not write: those that are installed here (`make s3-servers` has them all)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.s3_servers import checks, servers
from tests.s3_servers.recorder import Answer, Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.s3_servers.servers import Running

INSTALLED = [server for server in servers.SERVERS if server.find()]


@pytest.fixture(scope="module", params=INSTALLED, ids=lambda server: server.name)
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    """A server of each kind."""
    with servers.running(request.param) as one:
        yield one


@pytest.mark.parametrize("check", checks.CHECKS.values(), ids=lambda check: check.__name__)
def test_s3_server(check: Callable[[checks.Trial], str], running: Running, folder: Path) -> None:
    checks.run(check, running, folder)


def test_ci_has_three_servers() -> None:
    assert {"moto", "rclone", "ministack"} <= {server.name for server in INSTALLED}


@pytest.mark.parametrize(
    ("part", "file", "expected"),
    [
        (Answer("1", None, 9, bytearray(b"BBB"), begins=6), b"AAAAAABBB", True),
        (Answer("1", None, 9, bytearray(b"BBB"), begins=6), b"AAAAABBBB", False),
        (Answer("1", None, 9, bytearray(b"BBB"), begins=6), b"AAAAAABB", False),
        (Answer("2", None, 9, bytearray(b"BBB"), begins=6), b"AAAAAABBB", False),
        (Answer("1", None, 8, bytearray(b"BBB"), begins=6), b"AAAAAABBB", False),
        (Answer("1", "today", 9, bytearray(b"BBB"), begins=6), b"AAAAAABBB", False),
    ],
)
def test_recorder_finds_what_one_version_gave(part: Answer, file: bytes, expected: bool) -> None:
    recorder = Recorder("http://127.0.0.1:1")
    recorder.answers = [Answer("1", None, 9, bytearray(b"A" * 9)), part]
    assert recorder.gave_as_one(file) is expected
