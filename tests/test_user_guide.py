"""The user guide, section by section: each of its 14 examples runs here as it stands there."""

# The handlers are written as the guide writes them.
# ruff: noqa: B009, PTH123, RET504

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import exceptions, s3, secrets_manager, ssm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_cache.testing import Time

    from tests.account import Account
    from tests.context import LambdaContext
    from tests.fakes.proxy import Proxy

Event = dict[str, Any]


def do_something(*values: object) -> object:
    """Stands for the work of a handler and returns its arguments."""
    return values[0] if len(values) == 1 else values


# ===== SSM - Parameter Store =====


def test_cache_single_parameter(account: Account, proxy: Proxy, clock: Time, context: LambdaContext) -> None:
    @ssm.cache(parameter="/production/app/var")
    def handler(event: Event, context: LambdaContext) -> object:
        var = getattr(context, "var")
        response = do_something(var)
        return response

    account.put_parameter("/production/app/var", "one")
    assert handler({}, context) == "one"
    account.put_parameter("/production/app/var", "two")
    clock.advance(50)
    assert handler({}, context) == "one"
    assert proxy.count() == proxy.count("GetParameter") == 1
    clock.advance(10)
    assert handler({}, context) == "two"
    assert proxy.count() == proxy.count("GetParameter") == 2


def test_change_cache_expiry(account: Account, proxy: Proxy, clock: Time, context: LambdaContext) -> None:
    @ssm.cache(parameter="/production/app/var", max_age_in_seconds=300)
    def handler(event: Event, context: LambdaContext) -> object:
        var = getattr(context, "var")
        response = do_something(var)
        return response

    account.put_parameter("/production/app/var", "one")
    assert handler({}, context) == "one"
    account.put_parameter("/production/app/var", "two")
    clock.advance(290)
    assert handler({}, context) == "one"
    assert proxy.count() == 1
    clock.advance(10)
    assert handler({}, context) == "two"


def test_note_the_cache_is_looked_at_at_invocation_only(
    account: Account, proxy: Proxy, clock: Time, context: LambdaContext
) -> None:
    @ssm.cache(parameter="/production/app/var")
    def handler(event: Event, context: LambdaContext) -> tuple[object, object]:
        before = getattr(context, "var")
        account.put_parameter("/production/app/var", "two")
        clock.advance(15 * 60)
        return before, getattr(context, "var")

    account.put_parameter("/production/app/var", "one")
    assert handler({}, context) == ("one", "one")
    assert proxy.count() == 1


def test_change_cache_entry_settings(account: Account, context: LambdaContext) -> None:
    @ssm.cache(parameter="/production/app/var", entry_name="new_var")
    def handler(event: Event, context: LambdaContext) -> object:
        var = getattr(context, "new_var")
        response = do_something(var)
        return response

    account.put_parameter("/production/app/var", "one")
    assert handler({}, context) == "one"
    assert context.added() == {"new_var"}


def test_cache_multiple_parameters(account: Account, proxy: Proxy, context: LambdaContext) -> None:
    @ssm.cache(parameter=["/app/var1", "/app/var2"], entry_name="parameters")
    def handler(event: Event, context: LambdaContext) -> object:
        var1 = getattr(context, "parameters").get("var1")
        var2 = getattr(context, "parameters").get("var2")
        response = do_something(var1, var2)
        return response

    account.put_parameter("/app/var1", "one")
    account.put_parameter("/app/var2", "two")
    assert handler({}, context) == ("one", "two")
    assert proxy.count() == proxy.count("GetParameters") == 1


def test_note_a_list_of_parameters_needs_an_entry_name(context: LambdaContext) -> None:
    with pytest.warns(exceptions.LambdaCacheWarning):

        @ssm.cache(parameter=["/app/var1", "/app/var2"])  # type: ignore[call-overload,untyped-decorator]
        def handler(event: Event, context: LambdaContext) -> None:
            pytest.fail("the handler ran")

    with pytest.raises(exceptions.NoEntryNameError):
        handler({}, context)


def test_one_call_groups_all_types_of_parameters(account: Account, proxy: Proxy, context: LambdaContext) -> None:
    @ssm.cache(parameter=["/app/string", "/app/list", "/app/secure"], entry_name="parameters")
    def handler(event: Event, context: LambdaContext) -> object:
        return getattr(context, "parameters")

    account.put_parameter("/app/string", "text", "String")
    account.put_parameter("/app/list", "a,b,c", "StringList")
    account.put_parameter("/app/secure", "plain text", "SecureString")
    assert handler({}, context) == {"string": "text", "list": ["a", "b", "c"], "secure": "plain text"}
    assert proxy.count() == 1


def test_decorator_stacking(account: Account, proxy: Proxy, clock: Time, context: LambdaContext) -> None:
    @ssm.cache(parameter="/production/app/var1", max_age_in_seconds=30)
    @ssm.cache(parameter="/production/app/var2", max_age_in_seconds=60)
    def handler(event: Event, context: LambdaContext) -> object:
        var1 = getattr(context, "var1")
        var2 = getattr(context, "var2")
        response = do_something(var1, var2)
        return response

    for name in ("var1", "var2"):
        account.put_parameter(f"/production/app/{name}", "one")
    assert handler({}, context) == ("one", "one")
    for name in ("var1", "var2"):
        account.put_parameter(f"/production/app/{name}", "two")
    clock.advance(30)
    assert handler({}, context) == ("two", "one")
    assert proxy.count() == proxy.count("GetParameter") == 3
    clock.advance(30)
    assert handler({}, context) == ("two", "two")


def test_cache_invalidation(account: Account, proxy: Proxy, context: LambdaContext) -> None:
    @ssm.cache(parameter="/prod/var")
    def handler(event: Event, context: LambdaContext) -> object:
        if event.get("refresh"):
            # refresh parameter
            var: object = ssm.get_entry(parameter="/prod/var", max_age_in_seconds=0)
        else:
            var = getattr(context, "var")

        response = do_something(var)
        return response

    account.put_parameter("/prod/var", "one")
    assert handler({}, context) == "one"
    account.put_parameter("/prod/var", "two")
    assert handler({"refresh": False}, context) == "one"
    assert handler({"refresh": True}, context) == "two"
    assert handler({}, context) == "two"
    assert proxy.count() == 2


def test_get_entry_works_anywhere_in_the_code(account: Account, proxy: Proxy, clock: Time) -> None:
    account.put_parameter("/prod/var", "one")
    assert ssm.get_entry(parameter="/prod/var") == "one"
    account.put_parameter("/prod/var", "two")
    clock.advance(50)
    assert ssm.get_entry(parameter="/prod/var") == "one"
    clock.advance(10)
    assert ssm.get_entry(parameter="/prod/var") == "two"
    assert proxy.count() == 2


def test_a_large_number_gets_the_parameter_once(
    account: Account, proxy: Proxy, clock: Time, context: LambdaContext
) -> None:
    @ssm.cache(parameter="/prod/var", max_age_in_seconds=36_000)
    def handler(event: Event, context: LambdaContext) -> object:
        return getattr(context, "var")

    account.put_parameter("/prod/var", "one")
    for _ in range(9):
        assert handler({}, context) == "one"
        clock.advance(3_600)
    assert proxy.count() == 1


@pytest.mark.parametrize(
    ("kind", "stored", "seen"),
    [("String", "a,b", "a,b"), ("SecureString", "a,b", "a,b"), ("StringList", "a,b", ["a", "b"])],
)
def test_return_values_of_parameters(
    account: Account, context: LambdaContext, kind: str, stored: str, seen: object
) -> None:
    @ssm.cache(parameter="/prod/var")
    def handler(event: Event, context: LambdaContext) -> object:
        return getattr(context, "var")

    account.put_parameter("/prod/var", stored, kind)
    assert handler({}, context) == seen
    assert ssm.get_entry(parameter="/prod/var") == seen


# ===== Secrets Manager =====


def test_cache_single_secret(account: Account, proxy: Proxy, clock: Time, context: LambdaContext) -> None:
    @secrets_manager.cache(name="/prod/db/conn_string")
    def handler(event: Event, context: LambdaContext) -> LambdaContext:
        conn_string = getattr(context, "conn_string")
        assert conn_string == expected
        return context

    account.put_secret("/prod/db/conn_string", "user:old")
    expected = "user:old"
    assert handler({}, context) is context
    account.put_secret("/prod/db/conn_string", "user:new")
    clock.advance(50)
    handler({}, context)
    assert proxy.count() == proxy.count("GetSecretValue") == 1
    clock.advance(10)
    expected = "user:new"
    handler({}, context)
    assert proxy.count() == 2


def test_change_cache_expiry_of_a_secret(account: Account, proxy: Proxy, clock: Time, context: LambdaContext) -> None:
    @secrets_manager.cache(name="/prod/db/conn_string", max_age_in_seconds=300)
    def handler(event: Event, context: LambdaContext) -> object:
        var = getattr(context, "conn_string")
        response = do_something(var)
        return response

    account.put_secret("/prod/db/conn_string", "user:old")
    assert handler({}, context) == "user:old"
    account.put_secret("/prod/db/conn_string", "user:new")
    clock.advance(290)
    assert handler({}, context) == "user:old"
    assert proxy.count() == 1
    clock.advance(10)
    assert handler({}, context) == "user:new"


def test_change_cache_entry_settings_of_a_secret(account: Account, context: LambdaContext) -> None:
    @secrets_manager.cache(name="/prod/db/conn_string", entry_name="new_var")
    def handler(event: Event, context: LambdaContext) -> object:
        var = getattr(context, "new_var")
        response = do_something(var)
        return response

    account.put_secret("/prod/db/conn_string", "user:pass")
    assert handler({}, context) == "user:pass"
    assert context.added() == {"new_var"}


def test_decorator_stacking_of_secrets(account: Account, proxy: Proxy, clock: Time, context: LambdaContext) -> None:
    @secrets_manager.cache(name="/prod/db/conn_string", max_age_in_seconds=30)
    @secrets_manager.cache(name="/prod/app/elk_username_password", max_age_in_seconds=60)
    def handler(event: Event, context: LambdaContext) -> object:
        var1 = getattr(context, "conn_string")
        var2 = getattr(context, "elk_username_password")
        response = do_something(var1, var2)
        return response

    account.put_secret("/prod/db/conn_string", "old")
    account.put_secret("/prod/app/elk_username_password", "old")
    assert handler({}, context) == ("old", "old")
    account.put_secret("/prod/db/conn_string", "new")
    account.put_secret("/prod/app/elk_username_password", "new")
    clock.advance(30)
    assert handler({}, context) == ("new", "old")
    assert proxy.count() == proxy.count("GetSecretValue") == 3
    clock.advance(30)
    assert handler({}, context) == ("new", "new")


def test_cache_invalidation_of_a_secret(account: Account, proxy: Proxy, context: LambdaContext) -> None:
    @secrets_manager.cache(name="/prod/db/conn_string")
    def handler(event: Event, context: LambdaContext) -> object:
        if event.get("refresh"):
            var: object = secrets_manager.get_entry(name="/prod/db/conn_string", max_age_in_seconds=0)
        else:
            var = getattr(context, "conn_string")
        response = do_something(var)
        return response

    account.put_secret("/prod/db/conn_string", "old")
    assert handler({}, context) == "old"
    account.put_secret("/prod/db/conn_string", "new")
    assert handler({}, context) == "old"
    assert handler({"refresh": True}, context) == "new"
    assert handler({}, context) == "new"
    assert proxy.count() == 2


@pytest.mark.parametrize("stored", ["text", b"\x00\xffbinary"])
def test_return_values_of_secrets(account: Account, context: LambdaContext, stored: str | bytes) -> None:
    @secrets_manager.cache(name="/prod/db/conn_string")
    def handler(event: Event, context: LambdaContext) -> object:
        return getattr(context, "conn_string")

    account.put_secret("/prod/db/conn_string", stored)
    assert handler({}, context) == stored
    assert secrets_manager.get_entry(name="/prod/db/conn_string") == stored


# ===== S3 =====

URI = "s3://bucket_name/path/to/object.json"


@pytest.fixture
def guides_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Lets the guide's handlers open /tmp/object.json, and leaves /tmp as it was found."""
    monkeypatch.delenv("LAMBDA_CACHE_DIR")
    file, private = Path("/tmp/object.json"), Path("/tmp/.lambda-cache")
    tmp = os.open("/tmp", os.O_RDONLY)
    fcntl.flock(tmp, fcntl.LOCK_EX)  # two runs of the tests on one machine share it
    before = set(private.iterdir()) if private.exists() else None
    kept = file.rename(file.with_name(f"object.json.{tmp_path.name}")) if file.exists() else None
    yield
    file.unlink(missing_ok=True)
    if kept:
        kept.rename(file)
    if private.exists():
        for left in set(private.iterdir()) - (before or set()):
            left.unlink()
        if before is None:
            private.rmdir()
    os.close(tmp)


@pytest.mark.usefixtures("guides_folder")
def test_cache_a_single_file(account: Account, proxy: Proxy, clock: Time, context: LambdaContext) -> None:
    @s3.cache(s3Uri="s3://bucket_name/path/to/object.json")
    def s3_download_entry_name(event: Event, context: LambdaContext) -> object:
        with open("/tmp/object.json") as file_data:
            status: object = json.loads(file_data.read())["status"]

        return status

    account.put_object(URI, b'{"status": "one"}')
    assert s3_download_entry_name({}, context) == "one"
    account.put_object(URI, b'{"status": "two"}')
    clock.advance(50)
    assert s3_download_entry_name({}, context) == "one"
    assert proxy.count() == proxy.count("GetObject") == 1
    clock.advance(10)
    assert s3_download_entry_name({}, context) == "two"
    assert proxy.count() == 2


@pytest.mark.usefixtures("guides_folder")
def test_change_cache_expiry_of_a_file(account: Account, proxy: Proxy, clock: Time, context: LambdaContext) -> None:
    @s3.cache(s3Uri="s3://bucket_name/path/to/object.json", max_age_in_seconds=300)
    def s3_download_entry_name(event: Event, context: LambdaContext) -> object:
        with open("/tmp/object.json") as file_data:
            status: object = json.loads(file_data.read())["status"]

        return status

    account.put_object(URI, b'{"status": "one"}')
    assert s3_download_entry_name({}, context) == "one"
    account.put_object(URI, b'{"status": "two"}')
    clock.advance(290)
    assert s3_download_entry_name({}, context) == "one"
    assert proxy.count() == 1
    clock.advance(10)
    assert s3_download_entry_name({}, context) == "two"


@pytest.mark.usefixtures("guides_folder")
def test_check_file_before_download(account: Account, proxy: Proxy, clock: Time, context: LambdaContext) -> None:
    @s3.cache(s3Uri="s3://bucket_name/path/to/object.json", max_age_in_seconds=300, check_before_download=True)
    def s3_download_entry_name(event: Event, context: LambdaContext) -> object:
        with open("/tmp/object.json") as file_data:
            status: object = json.loads(file_data.read())["status"]

        return status

    account.put_object(URI, b'{"status": "one"}')
    assert s3_download_entry_name({}, context) == "one"
    clock.advance(300)
    assert s3_download_entry_name({}, context) == "one"
    assert [call.status for call in proxy.calls] == [200, 304]
    account.put_object(URI, b'{"status": "two"}')
    clock.advance(300)
    assert s3_download_entry_name({}, context) == "two"
    assert [call.status for call in proxy.calls] == [200, 304, 200]
    assert proxy.count() == proxy.count("GetObject")


def test_a_file_lies_in_tmp_by_default(account: Account, guides_folder: None) -> None:
    account.put_object(URI, b"{}")
    assert s3.get_entry(s3Uri=URI) == "/tmp/object.json"
