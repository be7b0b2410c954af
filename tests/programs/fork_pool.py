"""Asks in a multiprocessing pool of forked processes, after the parent has used lambda_cache."""

import json
import multiprocessing
import sys

from lambda_cache import ssm


def fresh(_: int) -> object:
    """One question to AWS."""
    return ssm.get_entry("/app/var", 0)


ssm.get_entry("/app/var")
with multiprocessing.get_context("fork").Pool(3) as pool:
    json.dump(pool.map(fresh, range(9)), sys.stdout)
