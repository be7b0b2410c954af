"""Secrets: text and binary, by name and by ARN, and through a rotation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import exceptions, secrets_manager, ssm, testing

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

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


# ===== Versions =====


def test_a_version_by_its_stage_and_by_its_id(account: Account, context: LambdaContext, proxy: Proxy) -> None:
    account.put_secret("/prod/secret", "one")
    account.put_secret("/prod/secret", "two")
    version_id = account.version_id("/prod/secret", "AWSPREVIOUS")

    @secrets_manager.cache("/prod/secret")
    @secrets_manager.cache("/prod/secret", version_stage="AWSPREVIOUS", entry_name="old")
    @secrets_manager.cache("/prod/secret", version_id=version_id, entry_name="by_id")
    @secrets_manager.cache("/prod/secret", version_stage="AWSPREVIOUS", version_id=version_id, entry_name="by_both")
    def handler(event: object, context: LambdaContext) -> None: ...

    for _ in range(2):
        handler({}, context)
        assert (context.secret, context.old, context.by_id, context.by_both) == ("two", "one", "one", "one")
    assert proxy.count() == 4, "each version is an entry of its own"
    assert secrets_manager.get_entry("/prod/secret", version_stage="AWSCURRENT") == "two"


def test_a_version_that_does_not_exist_is_named(account: Account) -> None:
    account.put_secret("/prod/secret", "one")
    with pytest.raises(exceptions.NotFoundError, match='secret "/prod/secret", stage AWSPREVIOUS'):
        secrets_manager.get_entry("/prod/secret", version_stage="AWSPREVIOUS")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"version_stage": ""}, exceptions.ArgumentValueError),
        ({"version_id": ""}, exceptions.ArgumentValueError),
        ({"version_id": 7}, exceptions.ArgumentTypeNotSupportedError),
        ({"version_stage": ["AWSCURRENT"]}, exceptions.ArgumentTypeNotSupportedError),
    ],
)
def test_what_cannot_be_a_version_is_refused(arguments: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error, match=next(iter(arguments))):
        secrets_manager.get_entry("/prod/secret", **arguments)


def test_versions_of_supplied_secrets() -> None:
    with testing.values(secrets={"name": "new", "name:AWSPREVIOUS": "old"}):
        assert secrets_manager.get_entry("name") == "new"
        assert secrets_manager.get_entry("name", version_stage="AWSPREVIOUS") == "old"
        with pytest.raises(exceptions.NotSuppliedError, match="name:an-id"):
            secrets_manager.get_entry("name", version_id="an-id")


# ===== Lists =====


def test_a_list_is_a_dict_and_its_calls_are_made_at_the_same_time(
    account: Account, context: LambdaContext, proxy: Proxy, background: ThreadPoolExecutor
) -> None:
    arn = account.put_secret("/prod/db", "postgres://db")
    account.put_secret("/prod/key", b"\x00\x01")
    account.put_secret("token", "t0k3n")

    @secrets_manager.cache(name=[arn, "/prod/key", "token"], entry_name="secrets")
    def handler(event: object, context: LambdaContext) -> None: ...

    with proxy.hold():
        call = background.submit(handler, {}, context)
        proxy.wait_for(in_flight=3)
    call.result(30)
    handler({}, context)
    assert list(context.secrets.items()) == [("db", "postgres://db"), ("key", b"\x00\x01"), ("token", "t0k3n")]
    assert proxy.count() == proxy.count("GetSecretValue") == 3
    context.secrets.clear()
    names = [arn, "/prod/key", "token"]
    assert len(secrets_manager.get_entry(names, entry_name="secrets")) == 3


def test_a_secret_of_a_list_that_does_not_exist_is_an_error(account: Account) -> None:
    account.put_secret("/prod/db", "postgres://db")
    with pytest.raises(exceptions.NotFoundError, match="/prod/none"):
        secrets_manager.get_entry(["/prod/db", "/prod/none"], entry_name="secrets")


@pytest.mark.parametrize(
    ("names", "arguments", "error", "says"),
    [
        (["/a/x"], {}, exceptions.NoEntryNameError, "entry_name"),
        ([], {"entry_name": "list"}, exceptions.ArgumentValueError, "list of secrets is empty"),
        (["/a/x", "/b/x"], {"entry_name": "list"}, exceptions.ArgumentValueError, "both end in"),
        (["/a/x", 7], {"entry_name": "list"}, exceptions.ArgumentTypeNotSupportedError, "each name of the list"),
        (["/a/x"], {"entry_name": "list", "version_id": "x"}, exceptions.ArgumentValueError, "current versions"),
    ],
)
def test_what_cannot_be_a_list_is_refused(
    names: Any, arguments: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        secrets_manager.get_entry(names, **arguments)
