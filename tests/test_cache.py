"""Ages and room: when an entry is a hit, when it is stale, and which one goes when there are too many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import s3, secrets_manager, ssm, testing

from tests.context import LambdaContext

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def fake() -> Iterator[testing.Values]:
    """Values without AWS: time stands still unless a test moves it."""
    with testing.values(
        ssm={"/app/var": "value"}, secrets={"/prod/secret": "value"}, s3={"s3://bucket/key": b"value"}
    ) as fake:
        yield fake


def parameter(max_age_in_seconds: float) -> object:
    return ssm.get_entry("/app/var", max_age_in_seconds)


def parameters(max_age_in_seconds: float) -> object:
    return ssm.get_entry(["/app/var"], max_age_in_seconds, "list")


def secret(max_age_in_seconds: float) -> object:
    return secrets_manager.get_entry("/prod/secret", max_age_in_seconds)


def file(max_age_in_seconds: float) -> object:
    return s3.get_entry("s3://bucket/key", max_age_in_seconds)


@pytest.mark.parametrize("max_age_in_seconds", [1, 60, 0.5, 300, 36_000])
@pytest.mark.parametrize("ask", [parameter, parameters, secret, file])
def test_an_entry_is_served_while_it_is_younger_than_max_age(
    fake: testing.Values, ask: Any, max_age_in_seconds: float
) -> None:
    ask(max_age_in_seconds)
    fake.advance(max_age_in_seconds - 0.1)
    ask(max_age_in_seconds)
    assert len(fake.calls) == 1
    fake.advance(0.1)
    ask(max_age_in_seconds)
    assert len(fake.calls) == 2


def test_max_age_0_fetches_even_if_no_time_has_passed(fake: testing.Values) -> None:
    for calls in range(1, 6):
        ssm.get_entry("/app/var", 0)
        assert len(fake.calls) == calls


@pytest.mark.parametrize("max_age_in_seconds", [float("inf"), 10**30, 1e308, 10**400])
def test_any_large_max_age_means_once(fake: testing.Values, max_age_in_seconds: float) -> None:
    @ssm.cache("/app/var", max_age_in_seconds)
    def handler(event: object, context: LambdaContext) -> object:
        return context.var

    for _ in range(3):
        assert handler({}, LambdaContext()) == "value"
        fake.advance(10 * 365 * 86_400)
    assert len(fake.calls) == 1


@pytest.mark.parametrize("seconds_back", [1, 10, 86_400])
def test_a_clock_that_went_backwards_makes_an_entry_stale(fake: testing.Values, seconds_back: float) -> None:
    ssm.get_entry("/app/var")
    fake.advance(-seconds_back)
    ssm.get_entry("/app/var")
    assert len(fake.calls) == 2


def test_a_refresh_begins_a_new_age(fake: testing.Values) -> None:
    ssm.get_entry("/app/var")
    fake.advance(50)
    ssm.get_entry("/app/var", 0)
    fake.advance(50)
    ssm.get_entry("/app/var", 60)
    assert len(fake.calls) == 2


def test_hit_does_not_renew_the_entry(fake: testing.Values) -> None:
    for _ in range(7):
        ssm.get_entry("/app/var", 60)
        fake.advance(10)
    assert len(fake.calls) == 2


def test_least_recently_used_of_1001_entries_is_evicted(fake: testing.Values) -> None:
    fake.ssm.update({f"/many/{number}": "value" for number in range(1_001)})

    def use(number: int) -> int:
        ssm.get_entry(f"/many/{number}", float("inf"))
        fake.advance(1)
        return len(fake.calls)

    for number in range(1_000):
        use(number)
    assert use(0) == 1_000  # used now, so /many/1 is the least recently used
    assert use(1_000) == 1_001
    assert [use(number) for number in (0, 2, 999, 1_000)] == [1_001] * 4
    assert use(1) == 1_002
