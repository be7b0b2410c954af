"""examples/rust-custom: an item of DynamoDB and an HTTP API, cached in Rust."""

from __future__ import annotations

import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from tests.test_docs import fill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.fakes.aws import Aws
    from tests.fakes.proxy import Proxy


@pytest.fixture
def rates(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Runs an HTTP API of exchange rates, and yields the requests to it."""
    asked: list[str] = []

    class Api(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200 if self.path == "/rates" else 503)
            self.send_header("Content-Length", "13")
            self.end_headers()
            self.wfile.write(b'{"EUR": 1.08}')

        def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("RATES_URL", f"http://127.0.0.1:{server.server_port}/rates")
        yield asked
        server.shutdown()
        thread.join()


@pytest.fixture
def table(moto: Aws, client: Callable[[str], Any]) -> None:
    """The table of settings."""
    moto.reset()
    fill(client("dynamodb"), {"settings": [{"id": "shop", "greeting": "good evening"}]})


@pytest.mark.usefixtures("table")
def test_each_is_asked_once_for_two_calls(rust_programs: dict[str, Path], rates: list[str], proxy: Proxy) -> None:
    shown = subprocess.run([rust_programs["rust-custom"]], capture_output=True, text=True, timeout=60, check=False)
    line = "good evening: 10.80 EUR\n"
    assert (shown.returncode, shown.stdout, shown.stderr) == (0, line * 2, "")
    assert rates == ["/rates"]
    assert proxy.count() == 1


@pytest.mark.usefixtures("table")
def test_fetchs_own_message_is_the_error(
    rust_programs: dict[str, Path], rates: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RATES_URL", "http://127.0.0.1:1/rates")
    shown = subprocess.run([rust_programs["rust-custom"]], capture_output=True, text=True, timeout=60, check=False)
    assert shown.returncode == 1
    assert "custom rates could not be fetched" in shown.stderr
    assert rates == []
