"""A Lambda function that asks for nothing in its init phase."""

from typing import Any

from lambda_cache import ssm


@ssm.cache("/shop/production/banner")
def handler(event: object, context: Any) -> str:
    """The banner."""
    banner: str = context.banner
    return banner
