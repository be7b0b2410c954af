"""`invalidate` and `clear` remove exactly the requested entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import lambda_cache
import pytest
from lambda_cache import custom, exceptions, s3, secrets_manager, ssm

if TYPE_CHECKING:
    from lambda_cache.testing import Values

    from tests.context import LambdaContext

FOR_EVER = float("inf")


@pytest.fixture
def fake(lambda_cache_values: Values) -> Values:
    lambda_cache_values.ssm.update({"/app/a": "1", "/app/b": "2"})
    lambda_cache_values.secrets.update({"/prod/db": "new", "/prod/db:AWSPREVIOUS": "old", "/prod/other": "x"})
    lambda_cache_values.s3["s3://bucket/object"] = "content"
    return lambda_cache_values


def fetch() -> int:
    """Returns the number of the fetch."""
    return 1


def read_all() -> None:
    ssm.get_entry("/app/a", FOR_EVER)
    ssm.get_entry("/app/a", FOR_EVER, default=None)
    ssm.get_entry("/app/b", FOR_EVER)
    ssm.get_entry(["/app/a", "/app/b"], FOR_EVER, "both")
    ssm.get_entry(path="/app", max_age_in_seconds=FOR_EVER)
    secrets_manager.get_entry("/prod/db", FOR_EVER)
    secrets_manager.get_entry("/prod/db", FOR_EVER, version_stage="AWSPREVIOUS")
    secrets_manager.get_entry("/prod/db", FOR_EVER, rotation_aware=True)
    secrets_manager.get_entry(["/prod/db", "/prod/other"], FOR_EVER, "both")
    s3.get_entry("s3://bucket/object", FOR_EVER)
    s3.get_entry("s3://bucket/object", FOR_EVER, "other")
    custom.get_entry(fetch, FOR_EVER)


def test_one_thing_is_forgotten_in_every_form_and_nothing_else(fake: Values) -> None:
    read_all()

    def asked_again() -> list[str]:
        before = len(fake.calls)
        read_all()
        return fake.calls[before:]

    assert asked_again() == []
    ssm.invalidate("/app/a")
    assert asked_again() == ["GetParameter /app/a"] * 2
    ssm.invalidate(["/app/a", "/app/b"])
    assert asked_again() == ["GetParameters /app/a, /app/b"]
    ssm.invalidate(path="/app")
    assert asked_again() == ["GetParametersByPath /app"]
    secrets_manager.invalidate("/prod/db")
    values = ["GetSecretValue /prod/db", "GetSecretValue /prod/db:AWSPREVIOUS"]
    assert asked_again() == [*values, "DescribeSecret /prod/db", values[0]]
    secrets_manager.invalidate(["/prod/db", "/prod/other"])
    assert asked_again() == ["GetSecretValue /prod/db", "GetSecretValue /prod/other"]
    s3.invalidate("s3://bucket/object")
    assert asked_again() == ["GetObject s3://bucket/object"] * 2
    custom.invalidate(fetch)
    assert asked_again() == [f"custom {__name__}.fetch"]
    lambda_cache.clear()
    assert len(asked_again()) == len(read_names())


def read_names() -> list[str]:
    """As many as `read_all` makes calls when nothing is there."""
    return [
        "a",
        "a?",
        "b",
        "both",
        "path",
        "db",
        "previous",
        "date",
        "rotating",
        "db",
        "other",
        "object",
        "other",
        "custom",
    ]


def test_decorator_sees_the_invalidation(fake: Values, context: LambdaContext) -> None:
    @ssm.cache("/app/a", max_age_in_seconds=FOR_EVER)
    def handler(event: object, context: LambdaContext) -> object:
        return context.a

    assert handler({}, context) == "1"
    fake.ssm["/app/a"] = "changed"
    assert handler({}, context) == "1"
    ssm.invalidate("/app/a")
    assert handler({}, context) == "changed"
    fake.ssm["/app/a"] = "again"
    lambda_cache.clear()
    assert handler({}, context) == "again"


def test_invalid_arguments_are_refused(fake: Values) -> None:
    with pytest.raises(exceptions.ArgumentTypeNotSupportedError):
        ssm.invalidate()  # type: ignore[call-overload]
    with pytest.raises(exceptions.ArgumentValueError):
        secrets_manager.invalidate("")
    with pytest.raises(exceptions.InvalidS3UriError):
        s3.invalidate("bucket/object")
    assert fake.calls == []
