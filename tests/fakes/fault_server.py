"""A stand-in for AWS on a bad day: the program `fault-server` in a child process."""

from __future__ import annotations

import base64
import json
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any, Literal

from tests.fakes.environment import environment, without_aws

_REQUEST_SECONDS = 10.0

Checksum = Literal["crc32", "crc32c", "crc64nvme", "sha256", "composite", "none"]


class FaultServer:
    """A context manager: a server for the AWS calls of lambda-cache, over HTTP and TLS, with the requested faults.

    `crates/fault-server/README.md` has the faults and what each does. A resource is a parameter's name, a path, a
    secret's name, or `s3://bucket/key`.
    """

    http: str
    """Where it listens without TLS, `http://127.0.0.1:PORT`."""
    https: str
    """Where it listens with TLS."""
    ca_pem: str
    """The certificate to trust, for TLS: the content of a file that AWS_CA_BUNDLE names."""

    def __init__(self, program: Path) -> None:
        """`program` is the built binary. Nothing runs until the `with` block begins."""
        self._program = program
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> FaultServer:
        process = subprocess.Popen(
            [self._program],
            env=without_aws(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for us alone: the child ends when we close its standard input
        )
        self._process = process
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            self.__exit__()
            raise RuntimeError(f"{self._program} did not start: it ended with {process.returncode}")
        where = json.loads(line)
        self.http, self.https, self.ca_pem = where["http"], where["https"], where["ca"]
        return self

    def __exit__(self, *_: object) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()  # nothing in it is worth keeping
        process.communicate()

    def environment(self, url: str | None = None) -> dict[str, str]:
        """The whole environment for a process whose AWS is this one, over HTTP unless another `url` is given.

        Over TLS the process must also find `ca_pem`, in a file that AWS_CA_BUNDLE names.
        """
        return environment(url or self.http)

    def put_parameter(self, name: str, value: str | list[str]) -> None:
        """Create or change a parameter: a String, or a StringList."""
        self._command("put_parameter", {"name": name, "value": value})

    def put_secret(self, name: str, value: str | bytes) -> None:
        """Create or change a secret, of text or of bytes."""
        self._command("put_secret", {"name": name, **_given(value)})

    def put_object(self, uri: str, body: bytes, checksum: Checksum = "crc32") -> None:
        """Create or replace an object; it has a new ETag in any case.

        `checksum` is S3's checksum of the whole object; `composite` is a CRC-32 of the CRC-32s of its parts.
        """
        self._command("put_object", {"uri": uri, **_given(body), "checksum": checksum})

    def put_object_of_size(self, uri: str, size: int, checksum: Checksum = "crc32") -> None:
        """Create or replace an object of so many bytes of a pattern, which is held nowhere."""
        self._command("put_object_of_size", {"uri": uri, "size": size, "checksum": checksum})

    def fault(
        self,
        resource: str,
        kind: str,
        times: int | Literal["always"] = 1,
        *,
        range_from: int | None = None,
        **options: object,
    ) -> None:
        """Have a fault befall the next requests for `resource`, after those that it has already.

        With `range_from` it befalls only those whose Range begins at that byte; one without Range begins at 0.

        The options are the fault's own: `milliseconds`, `bytes`, and for `changed-in-between` `text` or `base64`.
        """
        arguments = {"resource": resource, "fault": {"kind": kind, **options}, "times": times}
        self._command("fault", arguments if range_from is None else {**arguments, "range_from": range_from})

    def clear_faults(self, resource: str) -> None:
        """Take the resource's faults away."""
        self._command("clear_faults", {"resource": resource})

    def link(self, bytes_per_second: int | None = None, first_byte_milliseconds: int | None = None) -> None:
        """Have every answer come over such a link; without arguments, over none any more.

        The rate is that of each connection; the milliseconds are from a request's arrival to its answer's first byte.
        """
        given = {"bytes_per_second": bytes_per_second, "first_byte_milliseconds": first_byte_milliseconds}
        self._command("link", {name: value for name, value in given.items() if value is not None})

    def signature_limit(self, seconds: float) -> None:
        """Refuse signatures that are older than this."""
        self._command("signature_limit_seconds", seconds)

    def close_idle(self) -> None:
        """Close each connection on which no request is under way."""
        self._command("close_idle", {})

    def counts(self) -> dict[str, Any]:
        """The counters: `requests`, `operations`, `resources`, `connections`, `refused_signatures` and so on."""
        counts: dict[str, Any] = self._ask("/counts")
        return counts

    def requests(self, resource: str) -> list[dict[str, Any]]:
        """The latest thousand requests for `resource`, oldest first."""
        seen: list[dict[str, Any]] = self._ask(f"/requests?resource={urllib.parse.quote(resource, safe='')}")
        return seen

    def reset(self) -> None:
        """Forget every parameter, secret, object, fault, link and count."""
        self._command("reset", {})

    def _command(self, name: str, arguments: object) -> None:
        self._ask("", json.dumps({name: arguments}).encode())

    def _ask(self, what: str, body: bytes | None = None) -> Any:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(f"{self.http}/_control{what}", body, _REQUEST_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise ValueError(json.load(error)["error"]) from None


def _given(value: str | bytes) -> dict[str, str]:
    """A value as the control protocol takes it."""
    return {"text": value} if isinstance(value, str) else {"base64": base64.b64encode(value).decode()}
