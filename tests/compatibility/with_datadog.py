"""A Lambda function that Datadog's handler wraps. Without its extension, spans go to the standard output."""

from __future__ import annotations

from typing import Any

from lambda_cache import secrets_manager


@secrets_manager.cache("/prod/password")
def handler(event: Any, context: Any) -> object:
    """Uses the secret, or raises an error after it got it."""
    if event == "fail":
        raise ValueError(len(context.password))
    return len(context.password)
