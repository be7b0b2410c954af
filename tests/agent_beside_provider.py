"""The agent and AWS's Workload Credentials Provider as processes that read one file of settings."""

from __future__ import annotations

import http.client
import socket
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TOKEN = "the-token"
TOKEN_HEADER = "X-Aws-Parameters-Secrets-Token"
_SECONDS = 60.0

SETTINGS = """
[logging]
log_to_file = false

[capabilities.secrets_manager]
http_port = {port}
validate_credentials = false
"""
"""Without the check of credentials, which costs the provider a call of STS at its start."""


@dataclass(frozen=True)
class Answer:
    """An answer to a request."""

    status: int
    body: bytes
    headers: dict[str, str]
    """Their names in small letters."""


class Server:
    """A context manager: one of the two, which listens when the `with` block begins."""

    process: subprocess.Popen[str]
    port: int

    def __init__(self, command: list[str | Path], environment: Mapping[str, str], folder: Path) -> None:
        """`command` lacks only the file of settings, which is written to `folder`, as are the provider's logs."""
        self._command = command
        self._environment = {**environment, "AWS_TOKEN": TOKEN}
        self._folder = folder

    @classmethod
    def ours(cls, program: Path, environment: Mapping[str, str], folder: Path) -> Server:
        """The agent."""
        return cls([program, "serve", "--config"], environment, folder)

    @classmethod
    def provider(cls, program: Path, environment: Mapping[str, str], folder: Path) -> Server:
        """AWS's provider."""
        return cls([program, "sm", "start", "--config"], environment, folder)

    def __enter__(self) -> Server:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        settings = self._folder / f"{self.port}.toml"
        settings.write_text(SETTINGS.format(port=self.port))
        self.process = subprocess.Popen(
            [*self._command, settings], env=self._environment, cwd=self._folder, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if "listening on" in line:
                return self
        raise RuntimeError(f"{self._command[0]} did not start: the reason is above")

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def ask(self, path: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> Answer:
        """Sends a request, with the token unless other headers are given."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_SECONDS)
        try:
            connection.request(method, path, headers={TOKEN_HEADER: TOKEN} if headers is None else dict(headers))
            answer = connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, answer.read(), names)
        finally:
            connection.close()
