# pyright: basic, reportMissingImports=false
"""download.py CONTENDER URI SIZE: seconds and CPU of a download into the run's folder, and the process's peak memory.

A small object comes first, so that imports and the first connection are not in the figures.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from typing import TYPE_CHECKING

from bench.programs import process
from bench.programs.handlers import Context, object_entry_name
from bench.resources import OBJECT

if TYPE_CHECKING:
    from collections.abc import Callable

    Download = Callable[[str, str], None]

CHUNK_BYTES = 1 << 20


def lambda_cache(contender: str) -> Download:
    """Ours, and the original: the same code."""
    from lambda_cache import s3

    def download(uri, name):
        entry_name = object_entry_name(contender, name)

        @s3.cache(s3Uri=uri, entry_name=entry_name)
        def handler(event, context):
            pass

        handler({}, Context())

    return download


def loop(contender: str) -> Download:
    """A GET, and its body into a file, as it is written by hand."""
    import boto3

    client = boto3.client("s3")

    def download(uri, name):
        bucket, key = uri.removeprefix("s3://").split("/", 1)
        body = client.get_object(Bucket=bucket, Key=key)["Body"]
        with open(os.path.join(os.environ["BENCH_FOLDER"], name), "wb") as file:  # noqa: PTH118, PTH123
            for chunk in body.iter_chunks(CHUNK_BYTES):
                file.write(chunk)

    return download


def nothing(contender: str) -> Download:
    """A bare interpreter."""
    return lambda uri, name: None


def cpu_seconds() -> float:
    """User and system time of this process, all threads."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


contender, uri, size = sys.argv[1:]
makers = {"ours": lambda_cache, "original": lambda_cache, "loop": loop, "nothing": nothing}
download = makers[contender](contender)
download(OBJECT, "small")
cpu_before, before = cpu_seconds(), time.perf_counter()
download(uri, "large")
seconds, cpu = time.perf_counter() - before, cpu_seconds() - cpu_before
peak_bytes = process.peak_bytes()
if contender != "nothing":
    stored = os.stat(os.path.join(os.environ["BENCH_FOLDER"], "large")).st_size  # noqa: PTH116, PTH118
    if stored != int(size):
        sys.exit(f"{contender} stored {stored} bytes of {size}")
print(f'{{"seconds": {seconds}, "cpu_seconds": {cpu}, "peak_bytes": {peak_bytes}}}')
