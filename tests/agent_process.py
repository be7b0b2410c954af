"""The agent as a process: `serve` on a free port, or an extension in AWS's emulator of Lambda."""

from __future__ import annotations

import json
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "the-token"
_REQUEST_SECONDS = 30.0


class Agent:
    """A context manager: `lambda-cache-agent serve`."""

    address: str
    """The URL, `http://127.0.0.1:PORT`."""

    def __init__(self, program: Path, environment: dict[str, str], *options: str) -> None:
        """`program` is the built binary. Nothing runs until the `with` block begins."""
        self._command: list[str | Path] = [program, "serve", *options, "--port", "0"]
        self._environment = {"AWS_TOKEN": TOKEN} | environment
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Agent:
        self._process = subprocess.Popen(self._command, env=self._environment, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.address = self._process.stdout.readline().split()[-1]
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.communicate()

    def kill(self) -> None:
        """Ends the process at once, as a crash does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def get(self, path: str, **query: str) -> tuple[int, Any]:
        """Returns the status and the JSON of an answer."""
        url = f"{self.address}{path}?{urllib.parse.urlencode(query)}"
        request = urllib.request.Request(url, headers={"X-Aws-Parameters-Secrets-Token": TOKEN})
        try:
            with urllib.request.urlopen(request, timeout=_REQUEST_SECONDS) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
