"""Imports lambda_cache from wherever this interpreter finds it, and has it fetch a parameter that is supplied."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace as Context

import lambda_cache
from lambda_cache import ssm, testing


@ssm.cache(parameter="/app/var")
def handler(event: object, context: Context) -> str:
    """The parameter."""
    return str(context.var)


with testing.values(ssm={"/app/var": "x"}):
    value = handler({}, Context())
folder = Path(lambda_cache.__file__).parent
json.dump({"value": value, "version": lambda_cache.__version__, "folder": str(folder)}, sys.stdout)
