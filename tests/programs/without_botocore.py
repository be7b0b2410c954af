"""Fails to fetch without botocore, and prints the exception."""

import json
import sys
from typing import Any

sys.modules["botocore"] = None  # type: ignore[assignment]  # so that importing it fails

from lambda_cache import exceptions, ssm  # noqa: E402

seen: dict[str, Any] = {}
try:
    ssm.get_entry("/app/none")
except exceptions.NotFoundError as error:
    seen = {"code": error.Code, "response": error.response, "bases": [base.__name__ for base in type(error).__mro__]}
json.dump(seen, sys.stdout)
