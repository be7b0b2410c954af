"""Lambda functions under `cargo lambda watch`, as a developer runs them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

from tests.fakes.runtime_api import Invocation

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
_START_SECONDS = 60.0


class CargoLambda:
    """A context manager: `cargo lambda watch` in a folder, ready to be invoked, and ended with the block."""

    port: int
    """Where it takes invocations, on 127.0.0.1."""

    def __init__(self, function: str, environment: dict[str, str], folder: Path, *options: str) -> None:
        """`function` is the name of a binary of the package in `folder`; the `options` are cargo lambda's."""
        self._function = function
        self._environment = with_cargo_lambda(environment)
        self._folder = folder
        self._options = options

    def __enter__(self) -> CargoLambda:
        self.port = _free_port()
        self._output = tempfile.TemporaryFile()
        watch = ("cargo", "lambda", "watch", "--invoke-address", HOST, "--invoke-port", str(self.port), *self._options)
        self._guard = subprocess.Popen(
            [sys.executable, str(ROOT / "tests/fakes/guard.py"), *watch],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # only this process gets Ctrl-C: the guard ends its command when its input ends
        )
        try:
            self._wait_until_it_listens()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        assert self._guard.stdin is not None
        self._guard.stdin.close()
        self._guard.wait()
        self._output.close()

    def invoke(self, event: object = None, timeout_seconds: float = 60) -> Invocation:
        """Invoke the function as `cargo lambda invoke` does; the time counts from the request to its answer."""
        connection = HTTPConnection(HOST, self.port, timeout=timeout_seconds)
        path = f"/2015-03-31/functions/{self._function}/invocations"
        began = time.monotonic()
        try:
            connection.request("POST", path, json.dumps(event), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        milliseconds = (time.monotonic() - began) * 1000
        response, error = (json.loads(body), None) if answer.status == 200 else (None, json.loads(body))
        return Invocation("", response, error, milliseconds)  # the request's id is unknown

    def output(self) -> str:
        """Everything that cargo, cargo lambda and the function have printed so far."""
        size = os.fstat(self._output.fileno()).st_size
        return os.pread(self._output.fileno(), size, 0).decode(errors="replace")

    def _wait_until_it_listens(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while self._guard.poll() is None and time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection((HOST, self.port), timeout=1):
                return
            time.sleep(0.05)
        raise RuntimeError(f"cargo lambda watch does not listen:\n{self.output()}")


def with_cargo_lambda(environment: dict[str, str]) -> dict[str, str]:
    """`environment`, with the project's own cargo-lambda where cargo looks for its subcommands."""
    return environment | {"PATH": f"{ROOT / '.venv/bin'}{os.pathsep}{environment['PATH']}"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
