"""`with_metadata=True`: AWS's description of a value beside the value."""

from __future__ import annotations

import asyncio
import pickle
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import lambda_cache
import pytest
from lambda_cache import metadata, secrets_manager, ssm
from lambda_cache.exceptions import ArgumentValueError, LambdaCacheWarning

from tests.context import LambdaContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.account import Account
    from tests.fakes.proxy import Proxy


def just_now(moment: datetime | None) -> bool:
    """Returns whether the time has a zone and lies within the last hour."""
    assert moment is not None
    return moment.utcoffset() == timedelta(0) and datetime.now(timezone.utc) - moment < timedelta(hours=1)


def test_a_parameter_has_its_description(account: Account, client: Callable[[str], Any]) -> None:
    account.put_parameter("/app/var", "first")
    account.put_parameter("/app/var", "second")
    arn = client("ssm").get_parameter(Name="/app/var")["Parameter"]["ARN"]
    value, described = ssm.get_entry("/app/var:1", with_metadata=True)
    assert value == "first"
    assert isinstance(described, metadata.ParameterMetadata)
    assert just_now(described.last_modified)
    assert described[:5] == ("/app/var", arn, 1, "String", "text")


def test_a_secret_has_its_description(account: Account, client: Callable[[str], Any]) -> None:
    account.put_secret("/prod/db", '{"user": "x"}')
    answer = client("secretsmanager").get_secret_value(SecretId="/prod/db")
    entry = secrets_manager.get_entry("/prod/db", transform="json", with_metadata=True)
    assert entry.value == {"user": "x"}
    assert isinstance(entry.metadata, metadata.SecretMetadata)
    assert just_now(entry.metadata.created)
    assert entry.metadata[:4] == ("/prod/db", answer["ARN"], answer["VersionId"], ["AWSCURRENT"])


def test_values_of_a_path_have_theirs_by_key(account: Account, proxy: Proxy) -> None:
    account.put_parameter("/app/prod/db/host", "h")
    account.put_parameter("/app/prod/list", "a,b", "StringList")
    value, described = ssm.get_entry(path="/app/prod", with_metadata=True)
    assert value == {"db/host": "h", "list": ["a", "b"]}
    assert {key: (one.name, one.type) for key, one in described.items()} == {
        "db/host": ("/app/prod/db/host", "String"),
        "list": ("/app/prod/list", "StringList"),
    }
    assert proxy.count() == 1


def test_several_secrets_have_theirs_by_key(account: Account) -> None:
    account.put_secret("/prod/one", "1")
    account.put_secret("/prod/two", b"2")
    value, described = secrets_manager.get_entry(["/prod/one", "/prod/two"], with_metadata=True)
    assert value == {"one": "1", "two": b"2"}
    assert {key: one.name for key, one in described.items()} == {"one": "/prod/one", "two": "/prod/two"}


def test_a_missing_parameter_has_no_description(account: Account) -> None:
    account.put_parameter("/app/there", "x")
    assert ssm.get_entry("/app/gone", default="-", with_metadata=True) == ("-", None)
    value, described = ssm.get_entry(["/app/there", "/app/gone"], default="-", with_metadata=True)
    assert value == {"there": "x", "gone": "-"}
    assert list(described) == ["there"]


def test_the_entry_is_that_of_the_bare_value(account: Account, proxy: Proxy) -> None:
    account.put_parameter("/app/var", "value")

    @ssm.cache("/app/var", with_metadata=True)
    def handler(event: object, context: Any) -> Any:
        return context.var

    entry = handler({}, LambdaContext())
    assert entry == ssm.get_entry("/app/var", with_metadata=True)
    assert asyncio.run(ssm.aget_entry("/app/var", with_metadata=True)) == entry
    assert entry == (ssm.get_entry("/app/var"), entry[1])
    assert proxy.count() == 1
    assert pickle.loads(pickle.dumps(entry)) == entry


def test_two_decorators_of_one_name_must_agree(account: Account) -> None:
    account.put_parameter("/app/var", "value")

    with pytest.warns(LambdaCacheWarning, match="two transforms or defaults"):

        @ssm.cache("/app/var", with_metadata=True)
        @ssm.cache("/app/var")
        def handler(event: object, context: Any) -> object:
            return context.var

    with pytest.raises(ArgumentValueError, match="two transforms or defaults"):
        handler({}, LambdaContext())


def test_given_values_have_a_description() -> None:
    with lambda_cache.testing.values(ssm={"/app/var": "x"}):
        assert ssm.get_entry("/app/var", with_metadata=True).metadata.version == 1
