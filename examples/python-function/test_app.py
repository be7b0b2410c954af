"""The function without AWS, and without waiting: `python -m pytest`."""

from __future__ import annotations

from types import SimpleNamespace as Context
from typing import TYPE_CHECKING

import pytest
from app import handler

if TYPE_CHECKING:
    from lambda_cache.testing import Values

ANSWER = {"banner": "summer", "user": "shop", "prices": {"tea": 3}}


@pytest.fixture
def shop(lambda_cache_values: Values) -> Values:
    """Supplies the values that the function reads."""
    lambda_cache_values.ssm["/shop/production/banner"] = "summer"
    lambda_cache_values.secrets["/shop/production/login"] = '{"user": "shop", "password": "pa55"}'
    lambda_cache_values.s3["s3://shop-files/models/prices.json"] = '{"tea": 3}'
    return lambda_cache_values


def test_all_three_sources_are_there(shop: Values) -> None:
    assert handler({}, Context()) == ANSWER
    assert handler({}, Context()) == ANSWER
    assert len(shop.calls) == 3


def test_a_new_banner_is_seen_after_a_minute(shop: Values) -> None:
    handler({}, Context())
    shop.ssm["/shop/production/banner"] = "autumn"
    assert handler({}, Context())["banner"] == "summer"
    shop.advance(60)
    assert handler({}, Context())["banner"] == "autumn"


def test_an_event_may_ask_for_it_at_once(shop: Values) -> None:
    handler({}, Context())
    shop.ssm["/shop/production/banner"] = "autumn"
    assert handler({"refresh": True}, Context())["banner"] == "autumn"
