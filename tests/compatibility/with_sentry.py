"""A Lambda function with Sentry's integration, whose transport keeps what it would send."""

from __future__ import annotations

import json
from typing import Any

import sentry_sdk
from lambda_cache import secrets_manager
from sentry_sdk.integrations.aws_lambda import AwsLambdaIntegration
from sentry_sdk.transport import Transport

sent: list[str] = []


class Kept(Transport):
    """Sends nothing."""

    def capture_envelope(self, envelope: Any) -> None:
        """Keeps what would be sent."""
        sent.extend(json.dumps(item.payload.json, default=str) for item in envelope.items)


sentry_sdk.init(
    "https://key@127.0.0.1:9/1", transport=Kept, integrations=[AwsLambdaIntegration()], traces_sample_rate=1.0
)


@secrets_manager.cache("/prod/password")
def handler(event: Any, context: Any) -> object:
    """Uses the secret, or raises an error after it got it, or returns what Sentry would have sent."""
    if event == "sent":
        return list(sent)
    if event == "fail":
        raise ValueError(len(context.password))
    return len(context.password)
