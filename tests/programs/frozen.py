"""Reads the entries named on standard input, one a line with a max age, and prints each answer with its time."""

import json
import sys
import time

from lambda_cache import ssm
from lambda_cache.exceptions import LambdaCacheError

for line in sys.stdin:
    name, max_age = line.split()
    began = time.monotonic()
    try:
        answer = str(ssm.get_entry(name, float(max_age)))
    except LambdaCacheError as error:
        answer = f"{error.Code}: {error}"
    print(json.dumps({"answer": answer, "seconds": time.monotonic() - began}), flush=True)
