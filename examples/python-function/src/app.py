"""A Lambda function with all three sources: a parameter, a secret and a file, each fresh enough when it is invoked."""

from __future__ import annotations

from typing import Any

from lambda_cache import s3, secrets_manager, ssm


@ssm.cache(parameter="/shop/production/banner")
@secrets_manager.cache(name="/shop/production/login", max_age_in_seconds=300, transform="json")
@s3.cache(s3Uri="s3://shop-files/models/prices.json", entry_name="prices", max_age_in_seconds=300, transform="json")
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Returns the cached values. An event of `{"refresh": true}` fetches the banner again."""
    banner = context.banner
    if event.get("refresh"):
        banner = ssm.get_entry("/shop/production/banner", max_age_in_seconds=0)
    return {"banner": banner, "user": context.login["user"], "prices": context.prices}
