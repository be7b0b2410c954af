"""S3 servers that this project did not write: those that are installed here (`make s3-servers` has them all)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.s3_servers import checks, servers

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
