"""A stand-in for Lambda's Runtime API: it hands events to a runtime client and takes its answers."""

from __future__ import annotations

import json
import queue
import select
import socket
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from tests.fakes.http_server import Handler, Server

_ROOT = "/2018-06-01/runtime"
_FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:fake"
_GRACE_SECONDS = 5.0


@dataclass(frozen=True)
class Invocation:
    """The outcome of one event: a `response`, or an `error` with `errorType`, `errorMessage` and `stackTrace`."""

    request_id: str
    response: Any | None
    error: dict[str, Any] | None
    milliseconds: float
    """From the moment the runtime client took the event to its answer."""


class RuntimeApi:
    """A context manager: the Runtime API for one function, on this machine."""

    address: str
    """`127.0.0.1:PORT`, for AWS_LAMBDA_RUNTIME_API."""

    def __init__(self) -> None:
        """Nothing listens until the `with` block begins."""
        self._waiting: queue.SimpleQueue[_Event] = queue.SimpleQueue()
        self._unanswered: dict[str, _Event] = {}
        self._changed = threading.Condition()
        self._gone: dict[str, Any] | None = None
        self._closing = threading.Event()
        self._snapshot = threading.Event()

    def __enter__(self) -> RuntimeApi:
        self._server = _Server(self)
        self._server.start()
        self.address = self._server.address
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.stop()

    def invoke(self, event: object, timeout_seconds: float = 30) -> Invocation:
        """Hand over one event and return what the handler made of it.

        `timeout_seconds` is the function's time limit: the handler's context counts down to it. `TimeoutError` is
        raised when there is no answer a few seconds after it.
        """
        pending = _Event(json.dumps(event), timeout_seconds)
        with self._changed:
            if self._gone is not None:
                return Invocation(pending.request_id, None, self._gone, 0.0)
            self._unanswered[pending.request_id] = pending
        self._waiting.put(pending)
        try:
            return pending.answer.get(timeout=timeout_seconds + _GRACE_SECONDS)
        except queue.Empty:
            raise TimeoutError(f"no answer within {timeout_seconds} s to the event {pending.body}") from None
        finally:
            with self._changed:
                self._unanswered.pop(pending.request_id, None)

    def wait_for(self, taken: int, timeout_seconds: float) -> None:
        """Return when so many events are taken and not answered; raise `TimeoutError` if they never are."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._taken() >= taken, timeout_seconds):
                raise TimeoutError(f"{self._taken()} events under way after {timeout_seconds} s, not {taken}")

    def wait_for_snapshot(self, timeout_seconds: float) -> None:
        """Return when the runtime client is ready for its SnapStart snapshot; raise `TimeoutError` if it never is.

        It is restored for the next event.
        """
        if not self._snapshot.wait(timeout_seconds):
            raise TimeoutError(f"not ready for a snapshot after {timeout_seconds} s")

    def give_up(self, error: dict[str, Any]) -> None:
        """Answers every event, now and later, with `error`, because the runtime client is missing or did not start."""
        with self._changed:
            self._gone = self._gone or error
            for pending in self._unanswered.values():
                pending.answer.put(Invocation(pending.request_id, None, self._gone, 0.0))
            self._unanswered.clear()

    # Called for the runtime client's requests.

    def restore(self) -> None:
        """Receives the runtime client's report before a snapshot. Returns when it continues, for the first event."""
        self._snapshot.set()
        while not self._closing.is_set() and self._waiting.empty():
            self._closing.wait(0.02)

    def next(self, client: socket.socket) -> _Event | None:
        """Waits for the next pending event and returns it, or None if its sender no longer waits."""
        while not self._closing.is_set():
            with suppress(queue.Empty):
                pending = self._waiting.get(timeout=0.05)
                if pending.request_id not in self._unanswered:
                    continue
                if not _is_open(client):  # for the runtime client that takes its place
                    self._waiting.put(pending)
                    return None
                with self._changed:
                    pending.taken = time.monotonic()
                    self._changed.notify_all()
                return pending
            if not _is_open(client):
                return None
        return None

    def answer(self, request_id: str, response: Any | None, error: dict[str, Any] | None) -> bool:
        """Takes the answer to an event. Returns `False` if its sender no longer waits."""
        now = time.monotonic()
        with self._changed:
            pending = self._unanswered.pop(request_id, None)
        if pending is None:
            return False
        pending.answer.put(Invocation(request_id, response, error, (now - pending.taken) * 1000))
        return True

    def _taken(self) -> int:
        return sum(pending.taken > 0 for pending in self._unanswered.values())


class _Event:
    def __init__(self, body: str, timeout_seconds: float) -> None:
        self.request_id = str(uuid.uuid4())
        self.body = body
        self.timeout_seconds = timeout_seconds
        self.taken = 0.0
        self.answer: queue.SimpleQueue[Invocation] = queue.SimpleQueue()

    def headers(self) -> dict[str, str]:
        now = time.time()
        return {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": self.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int((now + self.timeout_seconds) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": _FUNCTION,
            "Lambda-Runtime-Trace-Id": f"Root=1-{int(now):08x}-{self.request_id.replace('-', '')[:24]};Sampled=0",
        }


class _Server(Server):
    def __init__(self, api: RuntimeApi) -> None:
        self.api = api
        super().__init__(_Client)


class _Client(Handler):
    def setup(self) -> None:
        super().setup()
        self._api = cast(_Server, self.server).api

    def do_GET(self) -> None:
        if self.path == f"{_ROOT}/restore/next":
            self._api.restore()
            return self._reply(200)
        if self.path != f"{_ROOT}/invocation/next":
            return self._reply(404)
        event = self._api.next(self.connection)
        if event is None:
            self.close_connection = True
            return None
        return self._reply(200, event.body.encode(), event.headers())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        what = self.path.removeprefix(f"{_ROOT}/").split("/")
        match what:
            case ["init" | "restore", "error"]:
                self._api.give_up(json.loads(body))
                self._reply(202)
            case ["invocation", request_id, "response" | "error" as kind]:
                answer = json.loads(body or "null")
                response, error = (answer, None) if kind == "response" else (None, answer)
                self._reply(202 if self._api.answer(request_id, response, error) else 400)
            case _:
                self._reply(404)

    def _reply(self, status: int, body: bytes = b"{}", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _is_open(client: socket.socket) -> bool:
    """Returns `True` if the other side is still connected; while it waits for an answer it sends nothing."""
    readable, _, _ = select.select([client], [], [], 0)
    return not readable
