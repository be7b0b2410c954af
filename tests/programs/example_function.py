"""A Lambda function that runs an example of the documents, which its event holds, with the context of Lambda."""

from __future__ import annotations

import ast
import os
from pathlib import Path
from typing import Any

from lambda_cache import testing

from tests.test_docs import Example, run


def handler(event: dict[str, Any], context: Any) -> object:
    """Returns what the example's handler returned, which the runtime client then makes JSON of."""
    example = Example(Path(event["document"]), event["line"], event["source"], ast.literal_eval(event["given"]))
    os.environ["LAMBDA_CACHE_DIR"] = event["folder"]
    supplied = {name: example.given[name] for name in ("ssm", "secrets", "s3") if name in example.given}
    with testing.values(**supplied) as fake:
        answer = run(example, fake, Path(event["folder"]), context)
    return answer.decode() if isinstance(answer, bytes) else answer
