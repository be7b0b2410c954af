"""Carries out commands: one a line, in JSON, with one answer each.

With the argument `clock`, time stands still but for the command `advance`.
"""

import json
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from lambda_cache import s3, testing


class Context:
    """Lambda's, with so much time left."""

    def __init__(self, milliseconds: int) -> None:
        self._milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        """As of now and for ever."""
        return self._milliseconds


def handler(event: object, context: Context) -> None:
    """Leaves the value on the context."""


def get(milliseconds: int | None = None, **arguments: Any) -> str:
    """The path of a file, by `get_entry` or on the context of a handler."""
    if milliseconds is None:
        return str(s3.get_entry(**arguments))
    context = Context(milliseconds)
    s3.cache(**arguments)(handler)({}, context)
    (path,) = (str(value) for name, value in vars(context).items() if name != "_milliseconds")
    return path


def look(folder: str) -> dict[str, int]:
    """Returns the size of each file below a folder."""
    return {str(path.relative_to(folder)): path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()}


def answer(command: dict[str, Any]) -> dict[str, Any]:
    """Returns the outcome of one command and its seconds."""
    began = time.monotonic()
    match command.pop("do"):
        case "get":
            try:
                path = get(**command)
            except Exception as error:
                what = {"error": type(error).__name__, "message": str(error), "errno": getattr(error, "errno", None)}
            else:
                what = {"content": Path(path).read_text()}
        case "get for ever":
            while True:
                get(**command)
        case "look":
            what = {"files": look(**command)}
        case "advance" if clock is not None:
            clock.advance(**command)
            what = {}
        case unknown:
            raise ValueError(unknown)
    return what | {"seconds": time.monotonic() - began}


with testing.time() if sys.argv[1:] == ["clock"] else nullcontext() as clock:
    print("{}", flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
