"""The server that both sides ask: it answers as AWS and the sources of credentials do, and keeps each request.

It listens three times: in plain HTTP, with TLS, and as a proxy. A tunnel through the proxy is ended here too, with a
certificate for the host that was asked for, so a request to AWS itself is seen whole.
"""

from __future__ import annotations

import ssl
import threading
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import trustme

from tests.configurations import answers
from tests.configurations.request import Request
from tests.fakes.http_server import Handler, Server

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tests.configurations.case import Answer


class Authority:
    """A certificate authority for any host."""

    def __init__(self) -> None:
        self._authority = trustme.CA()
        self.context = cache(self._context)

    def write(self, path: Path) -> None:
        """Writes the authority's certificate, for AWS_CA_BUNDLE."""
        self._authority.cert_pem.write_to_path(str(path))

    def _context(self, host: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate: Any = self._authority.issue_cert(host)  # one method takes contexts of pyOpenSSL too
        certificate.configure_cert(context)
        return context


class Recorder:
    """A context manager: the three listeners of one case, and the requests to them."""

    def __init__(
        self, authority: Authority, planned: Mapping[str, Sequence[Answer]] | None = None, proxy_answers: int = 200
    ) -> None:
        self.authority = authority
        self.proxy_answers = proxy_answers
        self.requests: list[Request] = []
        self._planned = {operation: iter(planned) for operation, planned in (planned or {}).items()}
        self._lock = threading.Lock()
        self.http, self.https, self.proxy = _Listener(self, "http"), _Listener(self, "https"), _Listener(self, "proxy")

    def __enter__(self) -> Recorder:
        for listener in self._listeners():
            listener.start()
        return self

    def __exit__(self, *error: object) -> None:
        for listener in self._listeners():
            listener.stop()

    def _listeners(self) -> Iterator[_Listener]:
        yield from (self.http, self.https, self.proxy)

    def placeholders(self) -> dict[str, str]:
        """The listeners' URLs and ports, by the names that cases have for them."""
        return {
            "http": f"http://{self.http.address}",
            "https": f"https://{self.https.address}",
            "proxy": f"http://{self.proxy.address}",
            "http_port": str(self.http.server_address[1]),
            "proxy_port": str(self.proxy.server_address[1]),
        }

    def ports(self) -> dict[str, str]:
        """A readable word for each port, which differs from run to run."""
        return {
            str(self.http.server_address[1]): "HTTP",
            str(self.https.server_address[1]): "HTTPS",
            str(self.proxy.server_address[1]): "PROXY",
        }

    def answer(self, request: Request) -> answers.Response:
        """Records a request and returns its answer."""
        with self._lock:
            self.requests.append(request)
            planned = next(self._planned.get(request.operation, iter(())), None)
        return answers.respond(request, planned)


class _Listener(Server):
    def __init__(self, recorder: Recorder, role: str) -> None:
        super().__init__(_Connection)
        self.recorder = recorder
        self.role = role

    def finish_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
        if self.role == "https":
            with suppress(OSError):
                request = self.recorder.authority.context("127.0.0.1").wrap_socket(request, server_side=True)
        try:
            super().finish_request(request, client_address)
        finally:
            request.close()


class _Connection(Handler):
    server: _Listener  # pyright: ignore[reportIncompatibleVariableOverride]
    connection: socket.socket
    tunnel = ""

    def finish(self) -> None:
        """Closes the streams, and TLS where a tunnel was ended."""
        super().finish()
        if self.tunnel:
            self.connection.close()

    def do_CONNECT(self) -> None:
        """Opens a tunnel and ends it here."""
        recorder = self.server.recorder
        if recorder.proxy_answers != 200:
            recorder.requests.append(self._request("CONNECT", b""))
            self._reply(answers.Response(recorder.proxy_answers, {}, b""))
            return
        self.send_response_only(200, "Connection established")
        self.end_headers()
        self.tunnel = self.path
        host = self.path.rpartition(":")[0].strip("[]")
        try:
            self.connection = recorder.authority.context(host).wrap_socket(self.connection, server_side=True)
        except OSError:
            recorder.requests.append(self._request("CONNECT", b""))
            raise
        self.setup_streams()

    def setup_streams(self) -> None:
        """Reads and writes through TLS from now on."""
        self.rfile.close()
        self.wfile.close()
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)  # type: ignore[assignment]
        self.close_connection = False

    def do_GET(self) -> None:
        """Answers any request."""
        length = int(self.headers.get("Content-Length") or 0)
        request = self._request(self.command, self.rfile.read(length))
        self._reply(self.server.recorder.answer(request))

    do_POST = do_PUT = do_HEAD = do_GET

    def _request(self, method: str, body: bytes) -> Request:
        parts = urlsplit(self.path)
        if self.tunnel:
            scheme, host = "https", self.headers.get("Host") or self.tunnel
        elif parts.netloc:
            scheme, host = parts.scheme, parts.netloc
        else:
            scheme, host = self.server.role, self.headers.get("Host") or ""
        target = self.path if not parts.netloc else f"{parts.path}?{parts.query}".rstrip("?")
        if method == "CONNECT":
            scheme, host, target = "https", self.path, ""
        return Request(
            method=method,
            origin=f"{scheme}://{host}",
            target=target,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body.decode("utf-8", "replace"),
            is_proxied=self.server.role == "proxy",
        )

    def _reply(self, response: answers.Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
