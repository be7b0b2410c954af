"""Secrets: text and binary, by name and by ARN, and through a rotation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import exceptions, secrets_manager, ssm

if TYPE_CHECKING:
    from lambda_cache.testing import Time

    from standin.proxy import Proxy
    from tests.account import Account
    from tests.context import LambdaContext


@pytest.mark.parametrize(
    "stored",
    ["text", '{"username": "u", "password": "p"}', "grüße 🦀", b"\x00\xff\xfe", b"text in bytes", bytes(range(256))],
)
def test_a_secret_has_the_format_in_which_it_is_stored(
    account: Account, context: LambdaContext, stored: str | bytes
) -> None:
    account.put_secret("/prod/secret", stored)

    @secrets_manager.cache("/prod/secret")
    def handler(event: object, context: LambdaContext) -> object:
        return context.secret

    for _ in range(2):
        seen = handler({}, context)
        assert seen == stored
        assert type(seen) is type(stored)


@pytest.mark.parametrize(
    ("name", "entry_name"),
    [
        ("/prod/db/conn_string", "conn_string"),
        ("plain", "plain"),
        ("prod/user@example.com", "user@example.com"),
        ("prod/my-db-a1B2c3", "my-db-a1B2c3"),
    ],
)
def test_the_entry_name_is_the_last_segment(
    account: Account, context: LambdaContext, name: str, entry_name: str
) -> None:
    account.put_secret(name, "value")

    @secrets_manager.cache(name)
    def handler(event: object, context: LambdaContext) -> None: ...

    handler({}, context)
    assert context.added() == {entry_name}


@pytest.mark.parametrize(
    ("name", "entry_name"), [("/prod/db/conn_string", "conn_string"), ("plain", "plain"), ("my-db", "my-db")]
)
def test_the_entry_name_of_an_arn_has_no_random_suffix(
    account: Account, context: LambdaContext, name: str, entry_name: str
) -> None:
    arn = account.put_secret(name, "value")

    @secrets_manager.cache(arn)
    def handler(event: object, context: LambdaContext) -> object:
        return getattr(context, entry_name)

    assert handler({}, context) == "value"
    assert context.added() == {entry_name}


@pytest.mark.parametrize("not_given", [None, False, ""])
def test_an_empty_entry_name_means_not_given(account: Account, context: LambdaContext, not_given: Any) -> None:
    account.put_secret("/prod/secret", "value")

    @secrets_manager.cache("/prod/secret", entry_name=not_given)
    def handler(event: object, context: LambdaContext) -> None: ...

    handler({}, context)
    assert context.added() == {"secret"}


def test_arguments_may_be_given_by_position(account: Account, clock: Time, context: LambdaContext) -> None:
    account.put_secret("/prod/secret", "one")

    @secrets_manager.cache("/prod/secret", 30, "name")
    def handler(event: object, context: LambdaContext) -> object:
        return context.name

    assert handler({}, context) == "one"
    account.put_secret("/prod/secret", "two")
    assert secrets_manager.get_entry("/prod/secret", 30, "name") == "one"
    clock.advance(30)
    assert handler({}, context) == "two"


def test_a_secret_and_a_parameter_of_one_name_never_answer_for_each_other(
    account: Account, proxy: Proxy, context: LambdaContext
) -> None:
    account.put_parameter("/prod/password", "of SSM")
    account.put_secret("/prod/password", "of Secrets Manager")

    @ssm.cache("/prod/password", entry_name="one")
    @secrets_manager.cache("/prod/password", entry_name="two")
    def handler(event: object, context: LambdaContext) -> tuple[object, object]:
        return context.one, context.two

    assert handler({}, context) == ("of SSM", "of Secrets Manager")
    assert secrets_manager.get_entry("/prod/password") == "of Secrets Manager"
    assert ssm.get_entry("/prod/password") == "of SSM"
    assert proxy.count() == 2


def test_a_rotation_is_seen_at_once_with_max_age_0(account: Account, context: LambdaContext) -> None:
    @secrets_manager.cache("/prod/secret", max_age_in_seconds=0)
    def handler(event: object, context: LambdaContext) -> object:
        return context.secret

    for value in ("one", "two", "three"):
        account.put_secret("/prod/secret", value)
        assert handler({}, context) == value


def test_a_secret_that_changes_its_format_is_served_in_the_new_one(account: Account, clock: Time) -> None:
    account.put_secret("/prod/secret", "text")
    assert secrets_manager.get_entry("/prod/secret") == "text"
    account.put_secret("/prod/secret", b"binary")
    clock.advance(60)
    assert secrets_manager.get_entry("/prod/secret") == b"binary"


def test_a_missing_secret_is_not_found(account: Account, context: LambdaContext) -> None:
    @secrets_manager.cache("/prod/none")
    def handler(event: object, context: LambdaContext) -> None:
        pytest.fail("the handler ran")

    with pytest.raises(exceptions.NotFoundError, match="/prod/none") as caught:
        handler({}, context)
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_a_deleted_secret_is_refused_with_what_aws_says(account: Account) -> None:
    account.put_secret("/prod/secret", "value")
    account.delete_secret("/prod/secret")
    with pytest.raises(exceptions.FetchError, match="marked deleted") as caught:
        secrets_manager.get_entry("/prod/secret")
    assert caught.value.response["Error"]["Code"] == "InvalidRequestException"


def test_all_three_services_share_the_connections(account: Account, proxy: Proxy) -> None:
    account.put_parameter("/app/var", "value")
    account.put_secret("/prod/secret", "value")
    ssm.get_entry("/app/var")
    secrets_manager.get_entry("/prod/secret")
    assert proxy.count() == 2
    assert proxy.connections == 1
