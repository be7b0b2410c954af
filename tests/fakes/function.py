"""A Lambda function: a real runtime client in a child process, with a separate Runtime API."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from tests.fakes.runtime_api import Invocation, RuntimeApi


class Function:
    """A context manager: a program that serves one function, ready to be invoked, and ended with the block."""

    def __init__(self, name: str, command: Sequence[str], environment: dict[str, str], folder: Path) -> None:
        """`command` runs in `folder`; `environment` and what Lambda adds to it are all that it gets."""
        self._command = command
        self._folder = folder
        self._api = RuntimeApi()
        self._environment = environment | {
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        }

    @classmethod
    def python(cls, handler: str, environment: dict[str, str], folder: Path) -> Function:
        """Lambda's Python runtime client, with a handler `module.function` that is importable from `folder`."""
        command = (sys.executable, "-m", "awslambdaric", handler)
        return cls(handler.rpartition(".")[2], command, environment, folder)

    def __enter__(self) -> Function:
        self._api.__enter__()
        self._output = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            self._command,
            cwd=self._folder,
            env=self._environment | {"AWS_LAMBDA_RUNTIME_API": self._api.address},
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for us alone; without a Runtime API the client ends by itself
        )
        threading.Thread(target=self._report_exit, args=(self._process,), name="function", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()  # as Lambda does with an environment that it no longer wants
        self._process.wait()
        self._output.close()
        self._api.__exit__()

    def invoke(self, event: object = None, timeout_seconds: float = 30) -> Invocation:
        """Invoke the handler and return its response or its error; a child that died is an error too."""
        return self._api.invoke(event, timeout_seconds)

    def wait_for(self, taken: int, timeout_seconds: float = 10) -> None:
        """Return when so many events are with the handler at once; raise `TimeoutError` if they never are."""
        self._api.wait_for(taken, timeout_seconds)

    def wait_for_snapshot(self, timeout_seconds: float = 10) -> None:
        """Return when a function with SnapStart is ready for its snapshot; it is restored for the next event."""
        self._api.wait_for_snapshot(timeout_seconds)

    def output(self) -> str:
        """Everything that the child has printed so far."""
        size = os.fstat(self._output.fileno()).st_size
        return os.pread(self._output.fileno(), size, 0).decode(errors="replace")

    def _report_exit(self, process: subprocess.Popen[bytes]) -> None:
        code = process.wait()
        self._api.give_up({"errorType": "Runtime.ExitError", "errorMessage": f"the runtime client ended with {code}"})
