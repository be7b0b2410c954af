"""A Lambda function that warms up in its init phase."""

from typing import Any

from lambda_cache import ssm

WARM = ssm.get_entry("/shop/production/banner", float("inf"))


@ssm.cache("/shop/production/banner", max_age_in_seconds=float("inf"))
def handler(event: object, context: Any) -> list[str]:
    """Returns the values read in the init phase and now."""
    return [str(WARM), context.banner]
