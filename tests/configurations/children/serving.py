"""The common part of both programs: a process that imports once and then forks a child per call."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 60
"""Seconds. No call takes as long; one that does hangs, and is killed."""


def serve(call: Callable[..., object], kind_of: Callable[[BaseException], str]) -> None:
    """Reads jobs from stdin, a line each, and prints how the call of each ended, as its child wrote it to a pipe.

    An import costs more than a call, so it is shared. Nothing else is: environment, folder and all that the call
    makes are the child's.
    """
    for line in sys.stdin:
        receiver, sender = os.pipe()
        if (child := os.fork()) == 0:
            os.close(receiver)
            with os.fdopen(sender, "w") as pipe:
                pipe.write(_ended(json.loads(line), call, kind_of))
                pipe.flush()
                os._exit(0)
        os.close(sender)
        with os.fdopen(receiver) as pipe:
            if not select.select([pipe], [], [], PATIENCE)[0]:
                os.kill(child, signal.SIGKILL)
            answer = pipe.read()
        _, status = os.waitpid(child, 0)
        print(answer or json.dumps([f"ends with {os.waitstatus_to_exitcode(status)}", ""]), flush=True)


def _ended(job: dict[str, object], call: Callable[..., object], kind_of: Callable[[BaseException], str]) -> str:
    os.environ.clear()
    os.environ.update(job["env"])  # type: ignore[call-overload]
    os.chdir(str(job["folder"]))
    sys.stdin = open(os.devnull)  # noqa: PTH123, SIM115 - in case a password is requested
    try:
        return json.dumps([f"value {call(*job['call'])}", ""])  # type: ignore[misc]
    except BaseException as error:
        return json.dumps([kind_of(error), f"{type(error).__name__}: {error}"])
