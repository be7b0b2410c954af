"""TLS and proxies: trust and the way of a call are as in boto3, and each failure is named."""

from __future__ import annotations

import ssl
from base64 import b64encode
from datetime import datetime, timedelta, timezone
from functools import partial
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from lambda_cache import exceptions, ssm

from tests.fakes.proxy import Proxy
from tests.fakes.relay import Relay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.account import Account

DAY = timedelta(days=1)


@pytest.fixture
def var(account: Account) -> str:
    """A parameter that is there; gives its value."""
    account.put_parameter("/app/var", "value")
    return "value"


# ===== TLS =====


def certificate(path: Path, *, is_authority: bool, names: list[x509.GeneralName], expired: bool = False) -> Path:
    """Write a self-signed certificate for `localhost`, and its key, as one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 2 * DAY)
        .not_valid_after(now - DAY if expired else now + DAY)
    )
    if is_authority:  # as `openssl req -x509` has it
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    path.write_bytes(
        builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


ADDRESS: list[x509.GeneralName] = [x509.IPAddress(IPv4Address("127.0.0.1"))]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1 and its key, in one PEM file."""
    return certificate(tmp_path_factory.mktemp("tls") / "authority.pem", is_authority=True, names=ADDRESS)


@pytest.fixture
def serve(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], str]]:
    """Serves the endpoint over TLS with a certificate; lambda_cache is pointed at it."""
    relays: list[Relay] = []

    def start(pem: Path, host: str = "127.0.0.1") -> str:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(pem)
        relay = Relay(proxy.url, tls).__enter__()
        relays.append(relay)
        url = f"https://{host}:{relay.port}"
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        return url

    yield start
    for relay in relays:
        relay.__exit__()


@pytest.fixture
def https(serve: Callable[[Path], str], authority: Path) -> str:
    """The endpoint over TLS; lambda_cache is pointed at it."""
    return serve(authority)


@pytest.mark.usefixtures("https")
def test_aws_ca_bundle_is_trusted(var: str, authority: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(authority))
    assert ssm.get_entry("/app/var") == var


@pytest.mark.parametrize("is_authority", [True, False])
def test_a_name_in_the_subject_alone_is_trusted(
    var: str, serve: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_authority: bool
) -> None:
    pem = certificate(tmp_path / "localhost.pem", is_authority=is_authority, names=[])
    serve(pem, "localhost")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(pem))
    assert ssm.get_entry("/app/var") == var


SERVERS = bytes.fromhex("06082b06010505070301")
TRUSTED = bytes.fromhex("300c300a") + SERVERS
REJECTED = bytes.fromhex("300ca00a") + SERVERS


def as_openssl_trusts(pem: bytes, auxiliary: bytes) -> bytes:
    """The first certificate as a TRUSTED CERTIFICATE, with OpenSSL's own words behind it."""
    der = x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)
    lines = b64encode(der + auxiliary)
    return b"-----BEGIN TRUSTED CERTIFICATE-----\n" + lines + b"\n-----END TRUSTED CERTIFICATE-----\n"


def with_byte_order_mark(pem: bytes) -> bytes:
    return b"\xef\xbb\xbf" + pem


def with_windows_line_ends(pem: bytes) -> bytes:
    return b"# of the company\r\n\xef\xbb\xbf" + pem.replace(b"\n", b"\r\n")


def with_old_header(pem: bytes) -> bytes:
    return pem.replace(b" CERTIFICATE", b" X509 CERTIFICATE")


@pytest.mark.usefixtures("https")
@pytest.mark.parametrize(
    "written",
    [
        with_byte_order_mark,
        with_windows_line_ends,
        partial(as_openssl_trusts, auxiliary=TRUSTED),
        partial(as_openssl_trusts, auxiliary=b""),
        with_old_header,
    ],
    ids=["byte order mark", "Windows line ends", "trusted", "trusted for all", "old header"],
)
def test_a_bundle_is_read_as_openssl_reads_it(
    var: str,
    authority: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    written: Callable[[bytes], bytes],
) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(written(authority.read_bytes()))
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
    assert ssm.get_entry("/app/var") == var


@pytest.mark.usefixtures("https")
def test_a_certificate_rejected_for_servers_is_left_out(
    authority: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(as_openssl_trusts(authority.read_bytes(), REJECTED))
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
    with pytest.raises(exceptions.ConfigurationError, match="no certificate"):
        ssm.get_entry("/app/var")


@pytest.mark.usefixtures("https")
def test_an_unknown_certificate_is_refused(var: str, proxy: Proxy) -> None:
    with pytest.raises(exceptions.UnavailableError, match=r"certificate of 127\.0\.0\.1.*not accepted.*AWS_CA_BUNDLE"):
        ssm.get_entry("/app/var")
    assert proxy.count() == 0


@pytest.mark.parametrize(
    ("expired", "names", "said"),
    [(True, ADDRESS, "expired.*clock"), (False, [x509.DNSName("other")], "not valid for name.*subjectAltName")],
)
def test_a_bad_given_certificate_is_refused_with_the_reason(
    serve: Callable[..., str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    expired: bool,
    names: list[x509.GeneralName],
    said: str,
) -> None:
    pem = certificate(tmp_path / "bad.pem", is_authority=True, names=names, expired=expired)
    serve(pem)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(pem))
    with pytest.raises(exceptions.UnavailableError, match=said):
        ssm.get_entry("/app/var")


@pytest.mark.usefixtures("https")
@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_a_bundle_that_is_not_there_is_named(
    var: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "none.pem"))
    with pytest.raises(exceptions.ConfigurationError, match=variable) as caught:
        ssm.get_entry("/app/var")
    assert "none.pem" in str(caught.value)


def test_a_bundle_is_not_looked_at_without_tls(var: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "none.pem"))
    assert ssm.get_entry("/app/var") == var


@pytest.mark.usefixtures("https")
def test_wrong_configuration_is_not_hidden_by_an_older_value(
    var: str, authority: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(authority))
    assert ssm.get_entry("/app/var", stale_if_error_in_seconds=3600) == var
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:9")
    with pytest.raises(exceptions.ConfigurationError, match="HTTPS_PROXY"):
        ssm.get_entry("/app/var", 0, stale_if_error_in_seconds=3600)


# ===== Proxies =====


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy"])
def test_https_proxy_is_used(
    var: str, https: str, authority: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(authority))
    with Relay(https) as relay:
        monkeypatch.setenv(variable, f"http://user:p@ss%2Fword@127.0.0.1:{relay.port}")
        assert ssm.get_entry("/app/var") == var
        assert relay.asked_for == [f"CONNECT {urlsplit(https).netloc} HTTP/1.1"]
        assert relay.authorizations == ["user:p@ss/word"]


@pytest.mark.parametrize("hosts", ["127.0.0.1", "127.0.0.1:{port}", "*", "other, 127.0.0.1"])
@pytest.mark.parametrize("is_https", [True, False])
def test_no_proxy_is_honoured(
    var: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, hosts: str, *, is_https: bool
) -> None:
    url: str = request.getfixturevalue("https") if is_https else request.getfixturevalue("proxy").url
    monkeypatch.setenv("AWS_CA_BUNDLE", str(request.getfixturevalue("authority")))
    with Relay(url) as relay:
        for variable in ("HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(variable, f"http://127.0.0.1:{relay.port}")
        monkeypatch.setenv("NO_PROXY", hosts.format(port=urlsplit(url).port))
        assert ssm.get_entry("/app/var") == var
        assert relay.asked_for == []


def test_all_proxy_is_not_read(var: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    assert ssm.get_entry("/app/var") == var


@pytest.mark.usefixtures("https")
@pytest.mark.parametrize("url", ["http://user:sec@ret@host:port", "socks5://user:secret@127.0.0.1:9", "http://"])
def test_a_proxy_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", url)
    with pytest.raises(exceptions.ConfigurationError, match="HTTPS_PROXY") as caught:
        ssm.get_entry("/app/var")
    assert "sec" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        ("407 Proxy Authentication Required", "user:password@host"),
        ("403 Forbidden", "NO_PROXY"),
        ("502 No", "NO_PROXY"),
    ],
)
@pytest.mark.parametrize("is_https", [True, False])
def test_a_proxy_that_refuses_is_named_with_its_status(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, status: str, advice: str, *, is_https: bool
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(request.getfixturevalue("authority")))
    url: str = request.getfixturevalue("https") if is_https else request.getfixturevalue("proxy").url
    with Relay(url, refuses_with=status) as relay:
        for variable in ("HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(variable, f"http://user:secret@127.0.0.1:{relay.port}")
        with pytest.raises(exceptions.UnavailableError, match=f"the proxy http://127.*{relay.port} ") as caught:
            ssm.get_entry("/app/var")
    assert f"answered HTTP {status[:3]}" in str(caught.value)
    assert advice in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("is_https", [True, False])
def test_a_proxy_that_is_not_there_is_named(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, *, is_https: bool
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    request.getfixturevalue("https" if is_https else "proxy")
    for variable in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(variable, "http://user:secret@127.0.0.1:9")
    with pytest.raises(
        exceptions.UnavailableError, match=r"the proxy http://127\.0\.0\.1:9 cannot be reached"
    ) as caught:
        ssm.get_entry("/app/var")
    assert "secret" not in str(caught.value)
