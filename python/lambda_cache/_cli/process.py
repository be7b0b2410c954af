"""The duties of a shell program: Ctrl-C ends it, and a closed pipe, or one in ASCII, causes no traceback."""

from __future__ import annotations

import io
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

# A shell's exit codes for a program that SIGINT or SIGPIPE ended, which Windows does not have.
INTERRUPTED = 130
PIPE_CLOSED = 141


def run(command: Callable[[], int]) -> int:
    """Runs a command and returns the exit code. It does not return after Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # a shell ignores it for background programs
        signal.signal(signal.SIGINT, _interrupt)
    try:
        try:
            return command()
        finally:
            print(end="", flush=True)  # otherwise the interpreter finds the closed pipe while it exits
    except BrokenPipeError:
        _discard_output()
        return PIPE_CLOSED
    except KeyboardInterrupt:
        with suppress(OSError):
            print(end="", flush=True)
            print(end="", flush=True, file=sys.stderr)
        _end()


def _interrupt(*_: object) -> NoReturn:
    """Handles the first Ctrl-C, after which code may clean up. A second Ctrl-C does not wait for that."""
    signal.signal(signal.SIGINT, _end)
    raise KeyboardInterrupt


def _end(*_: object) -> NoReturn:
    # Not sys.exit: threads are in a fetch, which is Rust, and no thread can be in Rust while the interpreter ends.
    os._exit(INTERRUPTED)


def _discard_output() -> None:
    """Discards the content of the output buffers."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
