"""Secrets: text and binary, by name and by ARN, and through a rotation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import exceptions, secrets_manager, ssm, testing

from tests import faults

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from lambda_cache.testing import Time, Values

    from tests.account import Account
    from tests.context import LambdaContext
    from tests.fakes.proxy import Proxy


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


def test_secret_and_parameter_of_one_name_are_separate(account: Account, proxy: Proxy, context: LambdaContext) -> None:
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


def test_secret_that_changes_format_is_served_as_new_format(account: Account, clock: Time) -> None:
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


def test_deleted_secret_error_has_awss_message(account: Account) -> None:
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
    assert proxy.count() == 4, "each version is a separate entry"
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
def test_invalid_version_is_refused(arguments: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error, match=next(iter(arguments))):
        secrets_manager.get_entry("/prod/secret", **arguments)


def test_versions_of_supplied_secrets() -> None:
    with testing.values(secrets={"name": "new", "name:AWSPREVIOUS": "old"}):
        assert secrets_manager.get_entry("name") == "new"
        assert secrets_manager.get_entry("name", version_stage="AWSPREVIOUS") == "old"
        with pytest.raises(exceptions.NotSuppliedError, match="name:an-id"):
            secrets_manager.get_entry("name", version_id="an-id")


# ===== Lists =====


def test_list_is_a_dict_fetched_concurrently(
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
        ([], {"entry_name": "list"}, exceptions.ArgumentValueError, "list of secrets is empty"),
        (["/a/x", "/b/x"], {"entry_name": "list"}, exceptions.ArgumentValueError, "would both be"),
        (["/a/x", 7], {"entry_name": "list"}, exceptions.ArgumentTypeNotSupportedError, "each name must be a str"),
        (["/a/x"], {"version_id": ""}, exceptions.ArgumentValueError, "version_id is empty"),
    ],
)
def test_invalid_list_is_refused(names: Any, arguments: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        secrets_manager.get_entry(names, **arguments)


# ===== Rotation =====

ONE_HOUR, ONE_DAY = 3600, 86_400


def test_an_entry_does_not_outlive_the_next_rotation(lambda_cache_values: Values, context: LambdaContext) -> None:
    @secrets_manager.cache("/prod/db", max_age_in_seconds=ONE_DAY, rotation_aware=True)
    def handler(event: object, context: LambdaContext) -> object:
        return context.db

    lambda_cache_values.secrets["/prod/db"] = "old"
    lambda_cache_values.rotation_in("/prod/db", ONE_HOUR)
    assert handler({}, context) == "old"
    lambda_cache_values.secrets["/prod/db"] = "new"
    lambda_cache_values.advance(ONE_HOUR - 1)
    assert handler({}, context) == "old"
    lambda_cache_values.advance(1)
    lambda_cache_values.rotation_in("/prod/db", ONE_HOUR)
    assert [handler({}, context) for _ in range(2)] == ["new"] * 2
    assert lambda_cache_values.calls == ["DescribeSecret /prod/db", "GetSecretValue /prod/db"] * 2, "the date first"


def test_a_date_that_is_over_says_nothing(lambda_cache_values: Values) -> None:
    lambda_cache_values.secrets["/prod/db"] = "old"
    lambda_cache_values.rotation_in("/prod/db", -1)
    for _ in range(3):  # a rotation that is late must not have every invocation ask
        secrets_manager.get_entry("/prod/db", rotation_aware=True)
    assert len(lambda_cache_values.calls) == 2
    lambda_cache_values.advance(60)
    secrets_manager.get_entry("/prod/db", rotation_aware=True)
    assert len(lambda_cache_values.calls) == 4, "the max age holds all the same"


def test_secret_past_its_rotation_is_never_served(lambda_cache_values: Values) -> None:
    options: dict[str, Any] = {"rotation_aware": True, "stale_if_error_in_seconds": ONE_DAY}
    lambda_cache_values.secrets["/prod/db"] = "old"
    lambda_cache_values.rotation_in("/prod/db", 10)
    secrets_manager.get_entry("/prod/db", **options)
    del lambda_cache_values.secrets["/prod/db"]
    lambda_cache_values.advance(10)
    with pytest.raises(exceptions.NotSuppliedError):
        secrets_manager.get_entry("/prod/db", **options)


def test_without_rotation_option_no_date_is_requested(lambda_cache_values: Values) -> None:
    lambda_cache_values.secrets["/prod/db"] = "x"
    lambda_cache_values.rotation_in("/prod/db", 10)
    assert secrets_manager.get_entry("/prod/db", ONE_DAY) == "x"
    assert lambda_cache_values.calls == ["GetSecretValue /prod/db"]
    assert secrets_manager.get_entry("/prod/db", ONE_DAY, rotation_aware=True) == "x"
    assert lambda_cache_values.calls[1:] == ["DescribeSecret /prod/db", "GetSecretValue /prod/db"]
    lambda_cache_values.advance(10)
    secrets_manager.get_entry("/prod/db", ONE_DAY)
    assert len(lambda_cache_values.calls) == 3, "the plain entry does not know of the rotation"


def test_of_a_list_the_first_rotation_counts(lambda_cache_values: Values) -> None:
    lambda_cache_values.secrets.update({"/prod/a": "1", "/prod/b": "2", "/prod/c": "3"})
    lambda_cache_values.rotation_in("/prod/a", ONE_HOUR)
    lambda_cache_values.rotation_in("/prod/b", 10)
    names = ["/prod/a", "/prod/b", "/prod/c"]
    for _ in range(2):
        assert secrets_manager.get_entry(names, ONE_DAY, "all", rotation_aware=True) == {"a": "1", "b": "2", "c": "3"}
    assert len(lambda_cache_values.calls) == 6
    lambda_cache_values.advance(10)
    secrets_manager.get_entry(names, ONE_DAY, "all", rotation_aware=True)
    assert len(lambda_cache_values.calls) == 12


def test_the_date_comes_from_aws(account: Account, clock: Time, proxy: Proxy) -> None:
    account.put_secret("/prod/db", "old")
    account.rotate_daily("/prod/db")
    for _ in range(2):
        assert secrets_manager.get_entry("/prod/db", 30 * ONE_DAY, rotation_aware=True) == "old"
    assert sorted(call.operation for call in proxy.calls) == ["DescribeSecret", "GetSecretValue"]
    clock.advance(ONE_DAY + 1)
    secrets_manager.get_entry("/prod/db", 30 * ONE_DAY, rotation_aware=True)
    assert len(proxy.calls) == 4


def test_a_secret_without_rotation_ages_as_any_other(account: Account, clock: Time, proxy: Proxy) -> None:
    account.put_secret("/prod/db", "x")
    secrets_manager.get_entry("/prod/db", 30 * ONE_DAY, rotation_aware=True)
    clock.advance(29 * ONE_DAY)
    assert secrets_manager.get_entry("/prod/db", 30 * ONE_DAY, rotation_aware=True) == "x"
    assert len(proxy.calls) == 2


def test_the_further_permission_is_named(account: Account, proxy: Proxy) -> None:
    account.put_secret("/prod/db", "x")
    proxy.fail_next.append(faults.json_error("AccessDeniedException", "not authorized"))
    with pytest.raises(exceptions.AccessDeniedError, match="secretsmanager:DescribeSecret"):
        secrets_manager.get_entry("/prod/db", rotation_aware=True)
    assert len(proxy.calls) == 1
