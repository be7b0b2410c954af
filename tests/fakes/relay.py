"""A relay that passes bytes on: an HTTPS endpoint in front of a server, or a proxy on the way to one."""

from __future__ import annotations

import socket
import ssl
import threading
from base64 import b64decode
from contextlib import suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from urllib.parse import urlsplit


class Relay(ThreadingTCPServer):
    """Passes bytes on: with a TLS context it is an HTTPS endpoint before `target`, without one an HTTP proxy to it."""

    daemon_threads = True
    block_on_close = False  # lambda_cache keeps its connections

    def __init__(self, target: str, tls: ssl.SSLContext | None = None, *, refuses_with: str = "") -> None:
        """As a proxy it answers with the status line `refuses_with`, if that is given, instead of passing on."""
        super().__init__(("127.0.0.1", 0), _Relayed)
        self.target = ("127.0.0.1", urlsplit(target).port or 0)
        self.tls = tls
        self.port = int(self.server_address[1])
        self.refuses_with = refuses_with
        self.asked_for: list[str] = []
        self.authorizations: list[str] = []
        """The user and password of each request to the proxy."""

    def __enter__(self) -> Relay:
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.shutdown()
        self.server_close()


class _Relayed(BaseRequestHandler):
    """One client's connection."""

    request: socket.socket

    def handle(self) -> None:
        relay = self.server
        assert isinstance(relay, Relay)
        with suppress(OSError), self._opened(relay) as client, socket.create_connection(relay.target) as upstream:
            back = threading.Thread(target=_copy, args=(upstream, client), daemon=True)
            back.start()
            _copy(client, upstream)
            back.join()

    def _opened(self, relay: Relay) -> socket.socket:
        if relay.tls:
            return relay.tls.wrap_socket(self.request, server_side=True)
        first, *headers = self.request.recv(65_536).decode().split("\r\n")
        relay.asked_for.append(first)
        for header in headers:
            name, _, value = header.partition(": Basic ")
            if name.lower() == "proxy-authorization":
                relay.authorizations.append(b64decode(value).decode())
        if relay.refuses_with:
            self.request.sendall(f"HTTP/1.1 {relay.refuses_with}\r\nContent-Length: 0\r\n\r\n".encode())
            raise ConnectionAbortedError
        self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return self.request


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)
