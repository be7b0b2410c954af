"""What a program owes the shell that runs it: Ctrl-C ends it, and a closed pipe, or one in ASCII, gets no traceback."""

from __future__ import annotations

import io
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

# What a shell says of a program that the signal ended.
INTERRUPTED = 128 + signal.SIGINT
PIPE_CLOSED = 128 + signal.SIGPIPE


def run(command: Callable[[], int]) -> int:
    """Runs a command; the exit code. It does not return after Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # a shell has it ignored in the background
        signal.signal(signal.SIGINT, _interrupt)
    try:
        try:
            return command()
        finally:
            print(end="", flush=True)  # else it is the interpreter, on its way out, that finds the pipe closed
    except BrokenPipeError:
        _discard_output()
        return PIPE_CLOSED
    except KeyboardInterrupt:
        with suppress(OSError):
            print(end="", flush=True)
            print(end="", flush=True, file=sys.stderr)
        _end()


def _interrupt(*_: object) -> NoReturn:
    """The first Ctrl-C, of which code may clean up after itself; whoever presses it again does not wait for that."""
    signal.signal(signal.SIGINT, _end)
    raise KeyboardInterrupt


def _end(*_: object) -> NoReturn:
    # Not sys.exit: threads are in a fetch, which is Rust, and no thread can be in Rust while the interpreter ends.
    os._exit(INTERRUPTED)


def _discard_output() -> None:
    """What is still in the buffers goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
