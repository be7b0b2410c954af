"""Fetches, in the way that argv[1] says, until Ctrl-C ends it; a secret is in its cache already."""

import asyncio
import sys
from collections.abc import Callable
from types import SimpleNamespace

from lambda_cache import s3, secrets_manager, ssm

secrets_manager.get_entry("/prod/secret", float("inf"))


@ssm.cache("/app/var")
@secrets_manager.cache("/prod/secret", float("inf"))
def handler(event: object, context: SimpleNamespace) -> None:
    """A handler that waits for the parameter."""


@ssm.cache("/app/var")
@secrets_manager.cache("/prod/secret", float("inf"))
async def async_handler(event: object, context: SimpleNamespace) -> None:
    """Fetches on an event loop."""


@s3.cache("s3://bucket/key")
@secrets_manager.cache("/prod/secret", float("inf"))
def file_handler(event: object, context: SimpleNamespace) -> None:
    """A handler that waits for a file."""


WAYS: dict[str, Callable[[], object]] = {
    "get_entry": lambda: ssm.get_entry("/app/var"),
    "handler": lambda: handler({}, SimpleNamespace()),
    "async handler": lambda: asyncio.run(async_handler({}, SimpleNamespace())),
    "file": lambda: s3.get_entry("s3://bucket/key"),
    "file handler": lambda: file_handler({}, SimpleNamespace()),
}
print("has the secret", flush=True)
sys.stdin.readline()  # until the test is ready
WAYS[sys.argv[1]]()
