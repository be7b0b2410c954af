"""A Lambda function below whose entries the network library panics, as often as the event says so."""

import asyncio
import os
from typing import Any

import lambda_cache
from lambda_cache import custom, refresh_on_error, secrets_manager, ssm


def fetch() -> str:
    """Fetches through the same calls, for a custom entry."""
    return str(ssm.get_entry("/app/var", 0))


@ssm.cache("/app/var", 0)
@secrets_manager.cache("/app/secret", 0)
def sync(event: object, context: Any) -> str:
    """Two entries on the context."""
    return f"{context.var} {context.secret}"


@ssm.cache("/app/var", 0)
async def asynchronous(event: object, context: Any) -> str:
    """One entry, on an event loop."""
    return str(context.var)


@custom.cache(fetch, 0)
def customised(event: object, context: Any) -> str:
    """An entry that Python fetches."""
    return str(context.fetch)


@refresh_on_error(KeyError)
@ssm.cache("/app/var", 60)
def refreshed(event: dict[str, str], context: Any) -> str:
    """Asks for a refresh whose fetch fails."""
    os.environ["AWS_ENDPOINT_URL"] = event["then"]
    raise KeyError(context.var)


def handler(event: dict[str, str], context: Any) -> object:
    """Goes the way of the event, to an endpoint whose name must be looked up, or one that is an address."""
    os.environ["AWS_ENDPOINT_URL"] = event["endpoint"]
    path = event["path"]
    if path == "async":
        return asyncio.run(asynchronous(event, context))
    if path == "aget_entry":
        return asyncio.run(ssm.aget_entry("/app/var", 0))
    if path == "get_entry":
        return ssm.get_entry("/app/var", 0)
    if path == "clear":
        lambda_cache.clear()
        return "ssm parameter /app/var" in lambda_cache.stats()
    if path == "refresh":
        return refreshed(event, context)
    return {"sync": sync, "custom": customised}[path](event, context)
