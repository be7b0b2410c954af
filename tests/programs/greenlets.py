"""A process that gevent or eventlet has patched throughout; prints what its greenlets got."""

from __future__ import annotations

import importlib
import json
import sys
import warnings
from typing import Any

warnings.simplefilter("ignore")  # eventlet's makers advise against it
kind = sys.argv[1]
library: Any = importlib.import_module(kind)
if kind == "gevent":
    importlib.import_module("gevent.monkey").patch_all()
else:
    library.monkey_patch()

import os  # noqa: E402
import socket  # noqa: E402
import threading  # noqa: E402
from contextvars import ContextVar  # noqa: E402

from lambda_cache import custom, exceptions, secrets_manager, ssm  # noqa: E402

asker: ContextVar[str] = ContextVar("asker", default="nobody")


def fetch() -> str:
    """Asks the stand-in itself, through a patched socket; says for whom."""
    host, _, port = os.environ["AWS_ENDPOINT_URL"].rpartition("/")[2].partition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        connection.recv(1)
    threading.current_thread()  # as logging does
    return asker.get()


async def fetch_async() -> str:
    """Is awaited in the fetch's own thread."""
    return asker.get()


def nested() -> str:
    """Asks for other entries while it is fetched."""
    return f"{ssm.get_entry('/app/var', 0)} {custom.get_entry(fetch, 0)}"


@ssm.cache("/app/var", 0)
@secrets_manager.cache("/app/secret", 0)
def handler(event: object, context: Any) -> str:
    """Has two entries."""
    return f"{context.var} {context.secret}"


class Context:
    """Stands in for Lambda's."""


def in_greenlets(call: Any, count: int) -> list[Any]:
    """Calls it in so many greenlets at once, while another one counts; the answers, and whether it could count."""
    ticks = [0]

    def tick() -> None:
        while True:
            ticks[0] += 1
            library.sleep(0.001)

    ticking = library.spawn(tick)
    library.sleep(0.002)
    before = ticks[0]
    greenlets = [library.spawn(call) for _ in range(count)]
    answers = [greenlet.get() if kind == "gevent" else greenlet.wait() for greenlet in greenlets]
    went_on = ticks[0] - before > 1
    ticking.kill()
    return [sorted(set(answers)), went_on]


def given_up() -> str:
    """Is ended by the library's own timeout in the middle of a fetch."""
    try:
        with library.Timeout(0.005):
            return str(ssm.get_entry("/app/var", 0))
    except library.Timeout:
        return "given up"


asker.set("main")
seen: dict[str, Any] = {
    "sockets": custom.get_entry(fetch, 0),
    "async": custom.get_entry(fetch_async, 0),
    "nested": custom.get_entry(nested, 0),
    "one entry": in_greenlets(lambda: ssm.get_entry("/app/var", 0), 20),
    "custom": in_greenlets(lambda: custom.get_entry(fetch, 0), 20),
    "handler": in_greenlets(lambda: handler({}, Context()), 20),
    "timeout": in_greenlets(given_up, 2)[0],
}
try:
    ssm.get_entry("/app/none")
except exceptions.NotFoundError as error:
    seen["error"] = error.Code
descriptors = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - a number is all that is wanted
for _ in range(20):
    custom.get_entry(fetch, 0)
seen["descriptors"] = len(os.listdir("/proc/self/fd")) - descriptors  # noqa: PTH208
seen["afterwards"] = ssm.get_entry("/app/var", 0)
json.dump(seen, sys.stdout)
sys.stdout.flush()
