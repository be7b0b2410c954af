"""Every test begins with an empty cache, an empty AWS account, a fresh folder for downloads and a separate clock."""

from __future__ import annotations

import functools
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from lambda_cache import testing

from tests import cargo
from tests.account import Account
from tests.context import LambdaContext
from tests.fakes.aws import Aws
from tests.fakes.fault_server import FaultServer
from tests.fakes.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Any

    from lambda_cache.testing import Time

# Tests in the background of a script ignore Ctrl-C, and so would every program that they start.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# On macOS the tests leave out what reads /proc, mounts a disk, inspects the Linux wheel, or needs Lambda's emulator.
LINUX_ALONE = (
    "agent_layer bench configurations fault_matrix freeze get_started greenlets import layer release rust_custom "
    "rust_function rust_plain s3_crashes s3_full_disk sdist snapstart soak templates wheel"
)
collect_ignore = [f"test_{name}.py" for name in LINUX_ALONE.split() if sys.platform != "linux"]

PROXY_VARIABLES = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}


@pytest.fixture(scope="session")
def moto() -> Iterator[Aws]:
    """The AWS stand-in."""
    with Aws() as aws:
        yield aws


@pytest.fixture(scope="session")
def client(moto: Aws) -> Callable[[str], Any]:
    """A boto3 client for a service; building one is slow, so each is built once."""
    return functools.cache(moto.client)


@pytest.fixture(scope="session")
def session_proxy(moto: Aws) -> Iterator[Proxy]:
    """The way from lambda_cache to moto."""
    with Proxy(moto.url) as proxy:
        yield proxy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Returns the folder of S3 files."""
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def environment(moto: Aws, session_proxy: Proxy, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Points lambda_cache at the stand-in, and hides the AWS set-up of whoever runs the tests."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "LAMBDA_CACHE_")) or name.lower() in PROXY_VARIABLES:
            monkeypatch.delenv(name)
    for name, value in moto.environment(session_proxy.url).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "aws-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "aws-credentials"))
    monkeypatch.setenv("LAMBDA_CACHE_DIR", str(folder))


@pytest.fixture(autouse=True)
def clock(environment: None) -> Iterator[Time]:
    """Moves the time by which entries age; no test waits for an entry to expire."""
    with testing.time() as clock:
        yield clock


@pytest.fixture
def proxy(session_proxy: Proxy) -> Iterator[Proxy]:
    """Counts, holds and spoils what lambda_cache sends."""
    session_proxy.reset()
    yield session_proxy
    session_proxy.fail_next.clear()
    deadline = time.monotonic() + 30
    while session_proxy.most_in_flight:  # a request that its caller has given up must not count in the next test
        session_proxy.reset()
        assert time.monotonic() < deadline, "a request is still under way"


@pytest.fixture
def account(moto: Aws, client: Callable[[str], Any]) -> Account:
    """An empty AWS account."""
    moto.reset()
    return Account(client)


@pytest.fixture
def shop(account: Account) -> Account:
    """An AWS account with what the Rust examples read."""
    account.put_parameter("/shop/production/banner", "summer")
    account.put_parameter("/shop/production/discount", "5 %")
    account.put_parameter("/shop/production/sizes", "S,M", "StringList")
    account.put_secret("/shop/production/login", '{"user": "shop", "password": "pa55"}')
    account.put_object("s3://shop-files/models/prices.json", b'{"tea": 3}')
    return account


@pytest.fixture(scope="session")
def rust_programs() -> dict[str, Path]:
    """The programs of the Rust workspace, by name, newly built."""
    return cargo.programs()


@pytest.fixture
def fault_server(rust_programs: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    """An AWS on a bad day, instead of moto: what lambda_cache, and every process started from now on, asks."""
    with FaultServer(rust_programs["fault-server"]) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.http)
        yield server


@pytest.fixture
def context() -> LambdaContext:
    """The context of one invocation."""
    return LambdaContext()


@pytest.fixture
def background() -> Iterator[ThreadPoolExecutor]:
    """Runs calls that a test watches from outside."""
    with ThreadPoolExecutor(max_workers=64) as pool:
        yield pool
