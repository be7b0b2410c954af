"""A function that declares an entry which its handler does not need, so every fetch is a prefetch."""

from __future__ import annotations

from lambda_cache import ssm


@ssm.cache("/shop/production/banner")
def another(event: object, context: object) -> None:
    """Is not called."""


def handler(event: object, context: object) -> str:
    """Needs nothing."""
    return "done"
