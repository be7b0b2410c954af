"""Reads a parameter once the parent says so, as one of many processes."""

import json
import sys

from lambda_cache import ssm

print("ready", flush=True)
sys.stdin.readline()
print(json.dumps(ssm.get_entry(sys.argv[1])))
