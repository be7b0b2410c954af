"""The speed of a download beside boto3's `download_file`, on a fast link and on one that is slow by connection."""

from __future__ import annotations

import asyncio
import statistics
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from lambda_cache import clear, s3

from tests.s3_servers.checks import MIB, Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from tests.s3_servers.servers import Running

SLOW_BYTES_PER_SECOND = 12_000_000
_CHUNK = 1 << 16


def ratio(one: Running, folder: Path, size_bytes: int, runs: int, *, slow: bool) -> tuple[float, float]:
    """Returns how many times as fast as boto3 lambda_cache is, and the median of its seconds."""
    with one.configured(LAMBDA_CACHE_DIR=str(folder), LAMBDA_CACHE_READ_TIMEOUT_IN_SECONDS="60",
                        LAMBDA_CACHE_CALL_TIMEOUT_IN_SECONDS="600"):  # fmt: skip
        trial = Trial(one, folder)
        _put(trial, size_bytes)
        if not slow:
            return _compare(trial, one.url, size_bytes, runs)
        with _slow_link(one.url) as url:
            return _compare(trial, url, size_bytes, runs)


def _put(trial: Trial, size_bytes: int) -> None:
    import os

    from boto3.s3.transfer import TransferConfig

    source = trial.folder / "source"
    with source.open("wb") as file:
        for _ in range(0, size_bytes, 8 * MIB):
            file.write(os.urandom(min(8 * MIB, size_bytes)))
    sequential = TransferConfig(use_threads=False, multipart_threshold=64 * MIB, multipart_chunksize=64 * MIB)
    trial.client.upload_file(str(source), trial.bucket, "object", Config=sequential)
    source.unlink()


def _compare(trial: Trial, url: str, size_bytes: int, runs: int) -> tuple[float, float]:
    client = trial.server.client(url)
    theirs_path, ours_path = trial.folder / "theirs", trial.folder / "ours"

    def theirs() -> None:
        client.download_file(trial.bucket, "object", str(theirs_path))

    def ours() -> None:
        s3.get_entry(f"s3://{trial.bucket}/object", 0, "ours")

    with trial.server.configured(url, LAMBDA_CACHE_DIR=str(trial.folder), LAMBDA_CACHE_READ_TIMEOUT_IN_SECONDS="60",
                                 LAMBDA_CACHE_CALL_TIMEOUT_IN_SECONDS="600"):  # fmt: skip
        clear()
        pairs: list[tuple[float, float]] = []
        for number in range(runs + 1):
            first, second = (ours, theirs) if number % 2 else (theirs, ours)
            times = {first: _seconds(first), second: _seconds(second)}
            assert ours_path.stat().st_size == theirs_path.stat().st_size == size_bytes
            if number or runs == 1:  # the first pair warms both up
                pairs.append((times[ours], times[theirs]))
            if runs == 1:
                break
        ours_path.unlink()
        theirs_path.unlink()
    return statistics.median(theirs / ours for ours, theirs in pairs), statistics.median(ours for ours, _ in pairs)


def _seconds(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


@contextmanager
def _slow_link(url: str) -> Generator[str]:
    """Runs a relay to `url` that gives each connection `SLOW_BYTES_PER_SECOND`."""
    host, _, port = url.removeprefix("http://").partition(":")
    started: asyncio.Future[int]
    loop = asyncio.new_event_loop()
    started = loop.create_future()
    ready = threading.Event()
    ports: list[int] = []

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, slow: bool) -> None:
        due = time.monotonic()
        try:
            while data := await reader.read(_CHUNK):
                writer.write(data)
                await writer.drain()
                if slow:
                    due = max(due, time.monotonic() - 0.02) + len(data) / SLOW_BYTES_PER_SECOND
                    await asyncio.sleep(max(0.0, due - time.monotonic()))
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            up_reader, up_writer = await asyncio.open_connection(host, int(port))
        except OSError:
            writer.close()
            return
        with suppress(asyncio.CancelledError):  # the relay ends
            await asyncio.gather(copy(reader, up_writer, slow=False), copy(up_reader, writer, slow=True))

    async def main() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        ports.append(server.sockets[0].getsockname()[1])
        ready.set()
        await started
        server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(main(),), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield f"http://127.0.0.1:{ports[0]}"
    finally:
        loop.call_soon_threadsafe(started.set_result, 0)
        thread.join(10)
