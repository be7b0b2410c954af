"""A proxy that stands before an HTTP server: it counts, delays, holds and spoils what passes."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, HTTPException, HTTPResponse, responses
from typing import TypeAlias, cast
from urllib.parse import urlsplit

from tests.fakes.http_server import Handler, Server

Fault: TypeAlias = "tuple[int, bytes, Mapping[str, str]]"
"""Status, body and headers of an answer that upstream never gave. A Content-Length among the headers is sent as it is,
so that a body can fall short of it."""

HANG_UP: Fault = (0, b"", {})
"""Close the connection instead of answering."""

# The headers that belong to one connection and not to the request.
_HOP_BY_HOP = frozenset({"connection", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"})
_WITHOUT_BODY = frozenset({204, 304})
_ON_OBJECTS = {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject", "DELETE": "DeleteObject"}
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Call:
    """One request that has been answered. Times are of `time.monotonic()`; status 0 means that we hung up."""

    operation: str
    """`GetParameter`, `GetObject`, ..."""
    status: int
    started: float
    """When the whole request had arrived."""
    ended: float
    """Just before the last of the answer was sent on."""


class Proxy:
    """A context manager: passes HTTP/1.1 on to `upstream`, and knows what passed.

    A call is in `calls` before its answer is complete at the client, so a test may look as soon as it has the answer.
    """

    url: str
    """Where it listens, `http://127.0.0.1:PORT`."""

    def __init__(self, upstream: str, delay_seconds: float = 0.0) -> None:
        """Nothing listens until the `with` block begins."""
        self.delay_seconds = delay_seconds
        """How long each request waits before it is passed on; may be set at any time."""
        self.calls: list[Call] = []
        """The answered calls, in order."""
        self.connections = 0
        """How many connections were accepted."""
        self.most_in_flight = 0
        """The highest number of requests that were under way at once."""
        self.fail_next: list[Fault] = []
        """Faults for the next requests, one each, instead of upstream's answers."""
        self._upstream = urlsplit(upstream).netloc
        self._changed = threading.Condition()
        self._in_flight = 0
        self._holds = 0
        self._closing = False
        self._clients: set[_Client] = set()

    def __enter__(self) -> Proxy:
        self._server = _Server(self)
        self._server.start()
        self.url = f"http://{self._server.address}"
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._server.stop()
        for client in self._copy_of_clients():
            client.hang_up_if_idle()

    def count(self, operation: str | None = None) -> int:
        """Returns the number of answered calls, of one operation or of all."""
        with self._changed:
            return sum(operation in (None, call.operation) for call in self.calls)

    def reset(self) -> None:
        """Forget the calls, the connections and the most that were in flight."""
        with self._changed:
            self.calls = []
            self.connections = 0
            self.most_in_flight = self._in_flight

    @contextmanager
    def hold(self) -> Generator[None]:
        """Let every request that arrives meanwhile wait until the block ends."""
        with self._changed:
            self._holds += 1
        try:
            yield
        finally:
            with self._changed:
                self._holds -= 1
                self._changed.notify_all()

    def wait_for(self, in_flight: int, timeout_seconds: float = 10) -> None:
        """Return when at least so many requests are under way; raise `TimeoutError` if they never are."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._in_flight >= in_flight, timeout_seconds):
                raise TimeoutError(f"{self._in_flight} requests under way after {timeout_seconds} s, not {in_flight}")

    def close_idle(self) -> None:
        """Close each client's connection on which no request is under way, as a server does that has waited enough."""
        for client in self._copy_of_clients():
            client.hang_up_if_idle()

    # Called by the connections.

    def joined(self, client: _Client) -> None:
        """A connection was accepted."""
        with self._changed:
            self.connections += 1
            self._clients.add(client)

    def left(self, client: _Client) -> None:
        """A connection is closed."""
        with self._changed:
            self._clients.discard(client)

    def begin(self) -> tuple[float, Fault | None]:
        """A request has arrived. Returns when, and the fault that is its lot, once it may pass."""
        with self._changed:
            started = time.monotonic()
            self._in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self._in_flight)
            fault = self.fail_next.pop(0) if self.fail_next else None
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._holds or self._closing)
            self._changed.wait_for(lambda: self._closing, self.delay_seconds)
            return started, HANG_UP if self._closing else fault

    def finish(self, operation: str, status: int, started: float) -> None:
        """A request is answered but for the last of its bytes."""
        with self._changed:
            self._in_flight -= 1
            self.calls.append(Call(operation, status, started, time.monotonic()))
            self._changed.notify_all()

    def connect(self) -> HTTPConnection:
        """Opens a separate connection to the upstream for one client."""
        return HTTPConnection(self._upstream)

    def route(self, target: str) -> str:
        """Returns the target to ask upstream for; a subclass may change it."""
        return target

    def watch(self, response: HTTPResponse) -> Callable[[bytes], None]:
        """An answer of upstream's has begun. Returns what each piece of its body is shown to; a subclass may look."""
        del response
        return lambda _: None

    def _copy_of_clients(self) -> list[_Client]:
        with self._changed:
            return list(self._clients)


class _Server(Server):
    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        super().__init__(_Client)


class _Client(Handler):
    """One client's connection, served by one thread, and the connection to upstream that serves it."""

    def setup(self) -> None:
        super().setup()
        self._proxy = cast(_Server, self.server).proxy
        self._upstream = self._proxy.connect()
        self._busy = False
        self._ending = threading.Lock()
        self._proxy.joined(self)

    def finish(self) -> None:
        self._proxy.left(self)
        self._upstream.close()
        with suppress(OSError):
            super().finish()

    def handle(self) -> None:
        with suppress(ConnectionError):
            super().handle()

    def parse_request(self) -> bool:
        self._busy = True
        return super().parse_request()

    def hang_up_if_idle(self) -> None:
        """Close the connection from another thread, unless a request is under way on it."""
        with self._ending, suppress(OSError):
            if not self._busy:
                self.connection.shutdown(socket.SHUT_RDWR)

    def _pass_on(self) -> None:
        # The target as it came: `self.path` is what the standard library made of it.
        target = self._proxy.route(self.requestline.split(" ")[1])
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        started, fault = self._proxy.begin()
        try:
            answer = self._ask(target, body) if fault is None else _spoiled(self.command, fault)
        except (OSError, HTTPException, ValueError) as error:
            answer = _spoiled(self.command, (502, f"no answer from upstream: {error!r}".encode(), {}))
        last = answer.head
        try:
            for chunk in answer.body:
                self.wfile.write(last)
                last = chunk
        except (OSError, HTTPException):
            self.close_connection = True  # one side broke off: that is all the other gets
        with self._ending:
            self._proxy.finish(_operation(self.command, self.headers), answer.status, started)
            self.wfile.write(last)
            self._busy = False
        self.close_connection |= answer.closes

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _pass_on

    def _ask(self, target: str, body: bytes) -> _Answer:
        kept = self._upstream.sock is not None
        try:
            return self._ask_once(target, body)
        except (OSError, HTTPException) as error:
            self._upstream.close()
            if not (kept and isinstance(error, ConnectionError)):
                raise
            return self._ask_once(target, body)  # upstream had closed the connection that we kept

    def _ask_once(self, target: str, body: bytes) -> _Answer:
        upstream = self._upstream
        upstream.putrequest(self.command, target, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in _HOP_BY_HOP:
                upstream.putheader(name, value)
        upstream.endheaders(body or None)
        response = upstream.getresponse()
        return _passed(self.command, response, self._proxy.watch(response))


@dataclass(frozen=True)
class _Answer:
    status: int
    head: bytes
    body: Iterable[bytes]
    closes: bool = False


def _passed(method: str, response: HTTPResponse, look: Callable[[bytes], None]) -> _Answer:
    """Upstream's answer, read while it is sent on."""
    headers = [(name, value) for name, value in response.getheaders() if name.lower() not in _HOP_BY_HOP]
    bare = method == "HEAD" or response.status in _WITHOUT_BODY
    in_chunks = not bare and response.getheader("Content-Length") is None
    if in_chunks:
        headers.append(("Transfer-Encoding", "chunked"))
    body = _body(response, in_chunks, look)
    return _Answer(response.status, _head(response.status, response.reason, headers), body)


def _body(response: HTTPResponse, in_chunks: bool, look: Callable[[bytes], None]) -> Iterator[bytes]:
    while chunk := response.read(_CHUNK):
        look(chunk)
        yield b"%x\r\n%b\r\n" % (len(chunk), chunk) if in_chunks else chunk
    if response.length:
        raise HTTPException(f"upstream's body is {response.length} bytes short")
    if in_chunks:
        yield b"0\r\n\r\n"


def _spoiled(method: str, fault: Fault) -> _Answer:
    status, body, headers = fault
    if fault == HANG_UP:
        return _Answer(status, b"", (), closes=True)
    given = {name.lower(): value for name, value in headers.items()}
    length = int(given.get("content-length", len(body)))
    closes = length != len(body) or given.get("connection") == "close"
    missing = {} if "content-length" in given else {"Content-Length": str(length)}
    head = _head(status, responses.get(status, ""), [*headers.items(), *missing.items()])
    return _Answer(status, head, (body,) if body and method != "HEAD" else (), closes)


def _head(status: int, reason: str, headers: Iterable[tuple[str, str]]) -> bytes:
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1")


def _operation(method: str, headers: Message) -> str:
    """Returns AWS's name of the requested operation."""
    target = headers.get("X-Amz-Target")
    return target.rpartition(".")[2] if target else _ON_OBJECTS.get(method, method)
