"""A handler that reads through the agent, also while it is imported: in the init phase of Lambda."""

import json
import os
import urllib.request
from typing import Any

PORT = os.environ["PARAMETERS_SECRETS_EXTENSION_HTTP_PORT"]


def read(path: str) -> Any:
    headers = {"X-Aws-Parameters-Secrets-Token": os.environ["AWS_SESSION_TOKEN"]}
    with urllib.request.urlopen(urllib.request.Request(f"http://localhost:{PORT}{path}", headers=headers)) as answer:
        return json.load(answer)


AT_INIT = read("/systemsmanager/parameters/get?name=/app/var")["Parameter"]["Value"]


def handler(event: object, context: object) -> list[str]:
    """Returns the value that was read while this module was imported, and one that is read now."""
    return [AT_INIT, read("/secretsmanager/get?secretId=prod/db")["SecretString"]]
