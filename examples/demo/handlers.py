"""The handlers of the user guide. Each is a separate Lambda function in the demo."""

import json
from pathlib import Path
from typing import Any

from lambda_cache import s3, secrets_manager, ssm


@ssm.cache(parameter="/shop/production/greeting")
def one_parameter(event: object, context: Any) -> object:
    """A parameter reaches the handler under the last part of its name."""
    return context.greeting


@ssm.cache(parameter="/shop/production/greeting", entry_name="welcome")
def own_name(event: object, context: Any) -> object:
    """Or under another name."""
    return context.welcome


@ssm.cache(
    parameter=["/shop/production/greeting", "/shop/production/sizes", "/shop/production/api_key"],
    entry_name="settings",
)
def parameter_list(event: object, context: Any) -> object:
    """A String, a StringList and a SecureString in one call."""
    return context.settings


@ssm.cache(parameter="/shop/production/greeting", max_age_in_seconds=30)
@ssm.cache(parameter="/shop/production/sizes", max_age_in_seconds=60)
def stacked(event: object, context: Any) -> object:
    """Each decorator has its own maximum age; missing values are fetched at the same time."""
    return {"greeting": context.greeting, "sizes": context.sizes}


@ssm.cache(parameter="/shop/production/discount")
def refresh(event: dict[str, bool], context: Any) -> object:
    """The handler may ask for a fresh value at any point."""
    if event.get("refresh"):
        return ssm.get_entry(parameter="/shop/production/discount", max_age_in_seconds=0)
    return context.discount


@ssm.cache(parameter="/shop/production/banner", max_age_in_seconds=5)
def short_lived(event: object, context: Any) -> object:
    """A value that changes in AWS is picked up once the cached one is older than its maximum age."""
    return context.banner


@secrets_manager.cache(name="/shop/production/database")
def secret_string(event: object, context: Any) -> object:
    """A secret is cached as it is stored: this one as text."""
    return context.database


@secrets_manager.cache(name="/shop/production/signing_key", max_age_in_seconds=300)
def secret_binary(event: object, context: Any) -> object:
    """And this one as bytes."""
    key: bytes = context.signing_key
    return key.hex(" ")


@s3.cache(s3Uri="s3://shop-files/models/prices.json", max_age_in_seconds=5, check_before_download=True)
def s3_file(event: object, context: Any) -> object:
    """An object of S3 is a file in the cache's folder, and the handler gets its path."""
    path = Path(getattr(context, "prices.json"))
    return {"file": path.name, "content": json.loads(path.read_text())}
