"""Uses all three sources, then again in each process of a multiprocessing pool; argv[1] is the start method.

It prints what the parent saw before and after, and what each worker saw.
"""

import json
import multiprocessing
import os
import sys
from multiprocessing.synchronize import Barrier
from pathlib import Path

from lambda_cache import s3, secrets_manager, ssm

WORKERS = 4


def read(max_age_in_seconds: float) -> list[str]:
    """Returns the values of all three sources."""
    return [
        str(ssm.get_entry("/app/var", max_age_in_seconds)),
        str(secrets_manager.get_entry("/prod/secret", max_age_in_seconds)),
        Path(s3.get_entry("s3://bucket/key", max_age_in_seconds)).read_text(),
    ]


def begin(all_there: Barrier) -> None:
    """Waits until every worker has started, so that none does the work of all."""
    all_there.wait(60)


def work(_: int) -> tuple[int, list[list[str]]]:
    """Returns the worker's pid and its values: inherited, fresh, and cached in the worker."""
    return os.getpid(), [read(3_600), read(0), read(3_600)]


def main() -> None:
    """The parent."""
    method = multiprocessing.get_context(sys.argv[1])
    before = read(60)
    with method.Pool(WORKERS, begin, (method.Barrier(WORKERS),)) as pool:
        seen = pool.map(work, range(3 * WORKERS), chunksize=1)
    json.dump({"before": before, "workers": seen, "after": read(0)}, sys.stdout)


if __name__ == "__main__":
    main()
