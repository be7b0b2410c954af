"""Asks an endpoint below which something panics, then one that answers; prints the error and the answer."""

import json
import os
import sys

from lambda_cache import exceptions, ssm

panics, answers = sys.argv[1:]
os.environ["AWS_ENDPOINT_URL"] = panics
seen: dict[str, object] = {}
try:
    ssm.get_entry("/app/var")
except exceptions.LambdaCacheError as error:
    seen = {"classes": [one.__name__ for one in type(error).__mro__], "message": error.message}
os.environ["AWS_ENDPOINT_URL"] = answers
json.dump({**seen, "afterwards": ssm.get_entry("/app/var")}, sys.stdout)
