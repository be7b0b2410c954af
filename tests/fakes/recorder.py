"""A proxy that stands in for every host of AWS at once, and records their requests."""

from __future__ import annotations

import datetime
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.fakes.http_server import Handler, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Answer = tuple[int, Mapping[str, str], bytes]

CONTENT = (200, {"ETag": '"1"'}, b"content")


@dataclass(frozen=True)
class Request:
    """One request, as it arrived."""

    method: str
    url: str
    """Scheme, host, path and query, as they were sent."""
    headers: Mapping[str, str]
    """Their names in lower case."""

    @property
    def region(self) -> str:
        """The Region in the signature's scope."""
        return self._scope()[2]

    @property
    def service(self) -> str:
        """The service in the signature's scope."""
        return self._scope()[3]

    def _scope(self) -> list[str]:
        credential = self.headers["authorization"].partition("Credential=")[2].partition(",")[0]
        return credential.split("/")

    def is_signed_with(self, access_key: str, secret_key: str) -> bool:
        """Whether botocore's signer comes to the same signature."""
        authorization = self.headers["authorization"]
        signed = authorization.partition("SignedHeaders=")[2].partition(",")[0].split(";")
        headers = {name: self.headers[name] for name in signed}
        request: Any = AWSRequest(method=self.method, url=self.url, headers=headers)
        request.context["timestamp"] = self.headers["x-amz-date"]
        request.context["payload_signing_enabled"] = False
        signer: Any = S3SigV4Auth(Credentials(access_key, secret_key), self.service, self.region)
        canonical = signer.canonical_request(request)
        expected = signer.signature(signer.string_to_sign(request, canonical), request)
        return authorization.endswith(f"Signature={expected}")


class Recorder:
    """A context manager: set `url` as HTTP and HTTPS proxy, and `bundle` as the only authority that is trusted."""

    def __init__(self, folder: Path) -> None:
        """Certificates lie in the folder."""
        self.requests: list[Request] = []
        self.answer: Callable[[Request], Answer] = lambda _: CONTENT
        """What a request is answered."""
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._authority = self._certificate("authority", None)
        self.bundle = folder / "authority.pem"
        self.bundle.write_bytes(self._authority.public_bytes(serialization.Encoding.PEM))

    def __enter__(self) -> Recorder:
        self._server = Server(type("_Bound", (_Connection,), {"recorder": self}))
        self._server.start()
        self.url = f"http://{self._server.address}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def _certificate(self, name: str, issuer: x509.Certificate | None) -> x509.Certificate:
        now = datetime.datetime.now(datetime.timezone.utc)
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name[:64])])
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.subject if issuer else subject)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        )
        if issuer:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        return builder.sign(self._key, hashes.SHA256())

    def tls(self, host: str) -> ssl.SSLContext:
        """Returns a TLS context with a certificate for the host."""
        path = self._folder / f"{host}.pem"
        key = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(key + self._certificate(host, self._authority).public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


class _Connection(Handler):
    recorder: Recorder
    tunnel = ""

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def do_CONNECT(self) -> None:
        host = self.path.partition(":")[0]
        self.send_response(200)
        self.end_headers()
        self.wfile.flush()
        self.connection = self.recorder.tls(host).wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = cast("object", self.connection.makefile("wb", buffering=0))  # type: ignore[assignment]
        self.tunnel = f"https://{host}"
        self.close_connection = False  # CONNECT comes as HTTP/1.0, which would end here

    def _respond(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        target = urlsplit(self.path)
        plain = f"{target.scheme}://{target.netloc}" if target.netloc else f"http://{headers['host']}"
        path = self.path.removeprefix(f"{target.scheme}://{target.netloc}") if target.netloc else self.path
        self.rfile.read(int(headers.get("content-length", 0)))
        request = Request(self.command, (self.tunnel or plain) + path, headers)
        self.recorder.requests.append(request)
        status, said, body = self.recorder.answer(request)
        self.send_response(status)
        for name, value in said.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = _respond
