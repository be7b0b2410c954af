"""`transform`: what a value is made into, once for each fetch."""

from __future__ import annotations

import asyncio
import base64
import functools
import json
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import exceptions, s3, secrets_manager, ssm, testing

from tests import faults
from tests.context import LambdaContext

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import ThreadPoolExecutor

    from lambda_cache.testing import Time, Values

    from tests.account import Account
    from tests.fakes.proxy import Proxy

CANARY = "canary-7c1f"


# ===== JSON =====


@pytest.mark.parametrize(
    "stored",
    [
        '{"user": "shop", "ports": [1, 2, {"a": null}]}',
        "[]",
        '"text"',
        "12345678901234567890123",
        "1e3",
        "NaN",
        ' {"b": 1, "a": 2} ',
    ],
)
def test_json_equals_json_loads(lambda_cache_values: Values, stored: str) -> None:
    lambda_cache_values.ssm["/app/var"] = stored
    lambda_cache_values.secrets["/app/secret"] = stored
    lambda_cache_values.secrets["/app/bytes"] = stored.encode()
    lambda_cache_values.s3["s3://bucket/object"] = stored
    expected = json.loads(stored)
    for seen in (
        ssm.get_entry("/app/var", transform="json"),
        secrets_manager.get_entry("/app/secret", transform="json"),
        secrets_manager.get_entry("/app/bytes", transform="json"),
        s3.get_entry("s3://bucket/object", transform="json"),
    ):
        assert repr(seen) == repr(expected), "the type and the order of keys count too"


@pytest.mark.usefixtures("lambda_cache_values")
def test_from_aws_too(account: Account, context: LambdaContext) -> None:
    account.put_parameter("/app/limits.json", '{"daily": 3}', "SecureString")
    account.put_secret("/prod/login", '{"user": "shop"}')
    account.put_object("s3://bucket/settings.json", b'{"tea": [1]}')

    @ssm.cache("/app/limits.json", transform="auto", entry_name="limits")
    @secrets_manager.cache("/prod/login", transform="json")
    @s3.cache("s3://bucket/settings.json", transform="json", entry_name="settings")
    def handler(event: object, context: LambdaContext) -> object:
        return context.limits["daily"], context.login["user"], context.settings["tea"]

    with testing.time():
        assert [handler({}, context) for _ in range(2)] == [(3, "shop", [1])] * 2


@pytest.mark.parametrize(
    ("stored", "line", "column"),
    [
        (f'{{"a": {CANARY}}}', 1, 7),
        (f'{{\n  "a": "{CANARY}",\n}}', 3, 1),
        ("", 1, 1),
        (f'{{"a": "{CANARY}', 1, 7),
    ],
)
def test_invalid_json_error_has_name_and_position_not_value(
    lambda_cache_values: Values, stored: str, line: int, column: int
) -> None:
    lambda_cache_values.ssm["/app/var"] = stored or " "
    with pytest.raises(exceptions.TransformError) as raised:
        ssm.get_entry("/app/var", transform="json")
    message = str(raised.value)
    assert "/app/var" in message
    if stored:
        assert f"line {line}, column {column}" in message
    assert isinstance(raised.value, ValueError)
    _shows_nothing(raised.value)


def _shows_nothing(error: BaseException) -> None:
    """Neither the message, nor what the exception came of, nor what a traceback prints."""
    assert error.__cause__ is None
    assert error.__context__ is None
    assert CANARY not in "".join(traceback.format_exception(error))
    assert CANARY not in repr(error.__dict__)


@pytest.mark.parametrize(
    ("stored", "reason"),
    [(b"\x80abc", "UTF-8"), (b"[" * 100_000, "too deeply"), (b"[" * 300 + b"]" * 300, "200 deep")],
)
def test_binary_data_and_deep_json_are_refused(lambda_cache_values: Values, stored: bytes, reason: str) -> None:
    lambda_cache_values.secrets["/prod/secret"] = stored
    with pytest.raises(exceptions.TransformError, match=reason):
        secrets_manager.get_entry("/prod/secret", transform="json")


def test_string_list_is_not_json(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm["/app/var"] = ["1", "2"]
    with pytest.raises(exceptions.TransformError, match="it is a StringList, not JSON"):
        ssm.get_entry("/app/var", transform="json")


# ===== Binary, auto =====


def test_binary_is_base64_decoded(lambda_cache_values: Values) -> None:
    raw = bytes(range(256))
    lambda_cache_values.ssm["/app/key"] = base64.encodebytes(raw).decode()  # with line breaks, as the program writes it
    lambda_cache_values.secrets["/prod/key"] = base64.b64encode(raw).decode().rstrip("=")
    lambda_cache_values.secrets["/prod/raw"] = raw
    lambda_cache_values.s3["s3://bucket/key"] = base64.b64encode(raw)
    assert ssm.get_entry("/app/key", transform="binary") == raw
    assert secrets_manager.get_entry("/prod/key", transform="binary") == raw
    assert secrets_manager.get_entry("/prod/raw", transform="binary") == raw, "binary already"
    assert s3.get_entry("s3://bucket/key", transform="binary") == raw


def test_invalid_base64_error_hides_the_value(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm["/app/key"] = f"{CANARY}!"
    with pytest.raises(exceptions.TransformError, match=r"/app/key: it is not Base64") as raised:
        ssm.get_entry("/app/key", transform="binary")
    _shows_nothing(raised.value)


def test_auto_goes_by_the_end_of_the_name(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm.update(
        {"/app/a.json": "[1]", "/app/b.binary": "AA==", "/app/c": "[1]", "/app/d.json": "{}"}
    )
    assert ssm.get_entry("/app/a.json", transform="auto") == [1]
    assert ssm.get_entry("/app/b.binary", transform="auto") == b"\0"
    assert ssm.get_entry("/app/c", transform="auto") == "[1]"
    expected: dict[str, object] = {"a.json": [1], "b.binary": b"\0", "c": "[1]", "d.json": {}}
    assert ssm.get_entry(path="/app", transform="auto") == expected
    assert ssm.get_entry([f"/app/{name}" for name in expected], entry_name="all", transform="auto") == expected


def test_auto_uses_the_objects_key_not_its_file_name(lambda_cache_values: Values) -> None:
    lambda_cache_values.s3["s3://bucket/settings.json"] = "[1]"
    assert s3.get_entry("s3://bucket/settings.json", entry_name="other", transform="auto") == [1]


def test_auto_does_not_mind_a_selector_or_the_suffix_of_an_arn(lambda_cache_values: Values) -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/login.json-a1B2c3"
    lambda_cache_values.ssm["/app/a.json:3"] = "[1]"
    lambda_cache_values.secrets[arn] = "[2]"
    assert ssm.get_entry("/app/a.json:3", transform="auto") == [1]
    assert secrets_manager.get_entry(arn, transform="auto") == [2]


# ===== A callable =====


def test_callable_converts_each_value(lambda_cache_values: Values, context: LambdaContext) -> None:
    lambda_cache_values.ssm.update({"/app/port": "8080", "/app/list": ["a", "b"], "/app/x/y": "1"})
    lambda_cache_values.s3["s3://bucket/model"] = b"weights"

    @ssm.cache("/app/port", transform=int)
    @ssm.cache("/app/list", transform=",".join)
    @ssm.cache(path="/app/x", transform=float, entry_name="x")
    @s3.cache("s3://bucket/model", transform=lambda path: Path(path).read_bytes())
    def handler(event: object, context: LambdaContext) -> object:
        return context.port, context.list, context.x, context.model

    assert handler({}, context) == (8080, "a,b", {"y": 1.0}, b"weights")


def test_callables_error_is_reported_by_class_only(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm["/app/port"] = CANARY
    with pytest.raises(exceptions.TransformError, match=r"/app/port: its transform raised ValueError") as raised:
        ssm.get_entry("/app/port", transform=int)
    _shows_nothing(raised.value)


def test_error_names_the_member_of_a_group(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm.update({"/app/a": "1", "/app/b": "x"})
    with pytest.raises(exceptions.TransformError, match='"b": its transform raised'):
        ssm.get_entry(path="/app", transform=int)


def test_an_interruption_in_a_callable_stays_one(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm["/app/var"] = "x"

    def interrupted(_: str) -> object:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ssm.get_entry("/app/var", transform=interrupted)


def test_callable_may_read_other_entries_but_not_its_own(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm.update({"/app/key": "1", "/app/var": "x"})

    def with_key(value: str) -> str:
        return value + str(ssm.get_entry("/app/key"))

    def with_itself(value: str) -> object:
        return ssm.get_entry("/app/var", transform=with_itself)

    assert ssm.get_entry("/app/var", transform=with_key) == "x1"
    with pytest.raises(exceptions.TransformError, match="its transform raised TransformError"):
        ssm.get_entry("/app/var", transform=with_itself)


# ===== Once for each fetch =====


class Counting:
    """A transform that counts."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, value: object) -> dict[str, object]:
        self.calls += 1
        return {"value": value, "nested": [1, [2]]}


def test_once_for_each_fetch(lambda_cache_values: Values, context: LambdaContext) -> None:
    lambda_cache_values.ssm["/app/var"] = "old"
    transform = Counting()

    @ssm.cache("/app/var", transform=transform)
    def handler(event: object, context: LambdaContext) -> Any:
        return context.var["value"]

    assert [handler({}, context) for _ in range(3)] == ["old"] * 3
    assert transform.calls == 1
    assert ssm.get_entry("/app/var", transform=transform)["value"] == "old"
    assert transform.calls == 1, "get_entry finds it too"
    lambda_cache_values.ssm["/app/var"] = "new"
    lambda_cache_values.advance(60)
    assert [handler({}, context) for _ in range(3)] == ["new"] * 3
    assert transform.calls == 2


def test_concurrent_threads_convert_once(lambda_cache_values: Values, background: ThreadPoolExecutor) -> None:
    lambda_cache_values.ssm["/app/var"] = "x"
    transform, together = Counting(), threading.Barrier(16)

    def slow(value: object) -> object:
        together_or_alone.wait(0.01)
        return transform(value)

    together_or_alone = threading.Event()

    def ask() -> Any:
        together.wait()
        return ssm.get_entry("/app/var", transform=slow)

    assert {json.dumps(asked.result()) for asked in [background.submit(ask) for _ in range(16)]} == {
        '{"value": "x", "nested": [1, [2]]}'
    }
    assert transform.calls == 1


def test_function_defined_in_the_handler_is_recognised(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm["/app/var"] = "a|b"
    calls: list[str] = []

    def handler(separator: str) -> Any:
        def split(value: str) -> list[str]:
            calls.append(separator)
            return value.split(separator)

        return ssm.get_entry("/app/var", transform=split)

    assert [handler("|") for _ in range(3)] == [["a", "b"]] * 3
    assert calls == ["|"], "applied once"
    assert handler("-") == ["a|b"], "its closure is part of it"
    assert calls == ["|", "-"]
    assert lambda_cache_values.calls == ["GetParameter /app/var"], "one fetch serves every transform"


def test_forms_of_indistinguishable_callables_are_bounded(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm["/app/var"] = "1"

    def add(number: int, value: str) -> int:
        return number + int(value)

    for number in range(50):
        seen = ssm.get_entry("/app/var", transform=functools.partial(add, number))
        assert seen == number + 1


def test_transforms_have_separate_forms_and_one_fetch(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm["/app/var"] = "[1]"
    assert ssm.get_entry("/app/var") == "[1]"
    assert ssm.get_entry("/app/var", transform="json") == [1]
    assert ssm.get_entry("/app/var", transform=len) == 3
    assert ssm.get_entry("/app/var") == "[1]"
    assert lambda_cache_values.calls == ["GetParameter /app/var"]


# ===== What a handler does with it =====


def test_mutating_a_list_or_dict_leaves_the_cache(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm["/app/var"] = '{"a": {"b": [1, {"c": 2}]}}'
    own: list[object] = []

    def keeping(value: str) -> object:
        own.append(json.loads(value))
        return own[0]

    for transform in ("json", keeping):
        seen: Any = ssm.get_entry("/app/var", transform=transform)
        seen["a"]["b"][1]["c"] = "changed"
        seen["a"]["new"] = 1
        again: Any = ssm.get_entry("/app/var", transform=transform)
        assert again == {"a": {"b": [1, {"c": 2}]}}
    assert own != [{}]


def test_anything_else_is_one_object_for_all(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm["/app/var"] = "x"

    class Client:
        def __init__(self, value: str) -> None:
            self.value = value

    assert ssm.get_entry("/app/var", transform=Client) is ssm.get_entry("/app/var", transform=Client)


def test_a_list_that_holds_itself_is_refused(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm["/app/var"] = "x"

    def circular(_: str) -> object:
        itself: list[object] = []
        itself.append(itself)
        return itself

    with pytest.raises(exceptions.TransformError, match="200 deep"):
        ssm.get_entry("/app/var", transform=circular)


# ===== Errors, defaults, stacks, async =====


def test_unconvertible_value_is_fetched_again(lambda_cache_values: Values, context: LambdaContext) -> None:
    @ssm.cache("/app/var", transform="json", max_age_in_seconds=float("inf"))
    def handler(event: object, context: LambdaContext) -> object:
        return context.var

    lambda_cache_values.ssm["/app/var"] = "{"
    for _ in range(2):
        with pytest.raises(exceptions.TransformError):
            handler({}, context)
    assert context.added() == set(), "the context is left as it was"
    lambda_cache_values.ssm["/app/var"] = "{}"
    assert handler({}, context) == {}
    assert len(lambda_cache_values.calls) == 3


def test_a_default_is_not_transformed(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm["/app/a"] = "[1]"
    default = {"nested": [1]}
    first: Any = ssm.get_entry("/app/none", default=default, transform="json")
    first["nested"].append(2)
    assert ssm.get_entry("/app/none", default=default, transform="json") == {"nested": [1]}
    both = ssm.get_entry(["/app/a", "/app/none"], entry_name="both", default=None, transform="json")
    assert both == {"a": [1], "none": None}
    assert ssm.get_entry(path="/none", default="x", transform="json") == "x"


def test_one_name_for_two_transforms_is_refused(lambda_cache_values: Values, context: LambdaContext) -> None:
    lambda_cache_values.ssm["/app/var"] = "1"
    with pytest.warns(exceptions.LambdaCacheWarning, match="two transforms or defaults"):

        @ssm.cache("/app/var", transform="json")
        @ssm.cache("/app/var")
        def handler(event: object, context: LambdaContext) -> None: ...

    with pytest.raises(exceptions.ArgumentValueError, match="pass another entry_name"):
        handler({}, context)
    assert lambda_cache_values.calls == []

    @ssm.cache("/app/var", transform="json", entry_name="number")
    @ssm.cache("/app/var", transform="json", entry_name="number", max_age_in_seconds=1)
    @ssm.cache("/app/var")
    def both(event: object, context: LambdaContext) -> object:
        return context.var, context.number

    assert both({}, context) == ("1", 1)
    assert lambda_cache_values.calls == ["GetParameter /app/var"]


def test_one_name_for_two_defaults_is_refused(lambda_cache_values: Values, context: LambdaContext) -> None:
    with pytest.warns(exceptions.LambdaCacheWarning, match="two transforms or defaults"):

        @ssm.cache("/app/none", default=1)
        @ssm.cache("/app/none", default=2)
        def handler(event: object, context: LambdaContext) -> None: ...

    with pytest.raises(exceptions.ArgumentValueError):
        handler({}, context)

    @ssm.cache("/app/none", default=[1])
    @ssm.cache("/app/none", default=[1])
    def same(event: object, context: LambdaContext) -> object:
        return context.none

    assert same({}, context) == [1]
    assert len(lambda_cache_values.calls) == 1


def test_async_handlers_and_aget_entry(lambda_cache_values: Values, context: LambdaContext) -> None:
    lambda_cache_values.ssm["/app/var"] = "[1]"
    lambda_cache_values.secrets["/prod/a.json"] = "[2]"

    @ssm.cache("/app/var", transform="json")
    async def handler(event: object, context: LambdaContext) -> object:
        secret = await secrets_manager.aget_entry("/prod/a.json", transform="auto")
        return context.var, secret, await s3.aget_entry("s3://bucket/c", transform=lambda path: path[-1])

    lambda_cache_values.s3["s3://bucket/c"] = b""
    for _ in range(2):
        assert asyncio.run(handler({}, context)) == ([1], [2], "c")


@pytest.mark.parametrize("ask", [ssm.get_entry, secrets_manager.get_entry, s3.get_entry])
def test_invalid_transform_arguments_are_refused(ask: Callable[..., object]) -> None:
    async def later(_: object) -> None: ...

    name = "s3://bucket/key" if ask is s3.get_entry else "/app/var"
    with pytest.raises(exceptions.ArgumentValueError, match="'json', 'binary', 'auto' or a callable, given: \"yaml\""):
        ask(name, transform="yaml")
    with pytest.raises(exceptions.ArgumentTypeNotSupportedError, match="given: int"):
        ask(name, transform=3)
    with pytest.raises(exceptions.ArgumentTypeNotSupportedError, match="async"):
        ask(name, transform=later)


def test_stale_values_are_handed_out_transformed(
    account: Account, clock: Time, proxy: Proxy, context: LambdaContext, caplog: pytest.LogCaptureFixture
) -> None:
    account.put_parameter("/app/var", "[1]")

    @ssm.cache("/app/var", transform="json", stale_if_error_in_seconds=60)
    def handler(event: object, context: LambdaContext) -> object:
        return context.var

    assert handler({}, context) == [1]
    clock.advance(61)
    proxy.fail_next.extend([faults.json_error("InternalServerError", status=500)] * 3)
    assert handler({}, context) == [1]
    assert "serving a value" in caplog.text


# ===== A default for what cannot be transformed =====


def test_default_replaces_an_unconvertible_value(lambda_cache_values: Values, caplog: pytest.LogCaptureFixture) -> None:
    lambda_cache_values.ssm |= {"/app/good": '{"a": 1}', "/app/bad": "canary"}
    names = ["/app/good", "/app/bad", "/app/none"]

    @ssm.cache(names, entry_name="all", transform="json", default={"b": []}, default_on_transform_error=True)
    @ssm.cache("/app/bad", transform=int, default=7, default_on_transform_error=True)
    def handler(_event: object, context: Any) -> Any:
        return context.all, context.bad

    for _ in range(2):
        group, bad = handler({}, LambdaContext())
        assert group == {"good": {"a": 1}, "bad": {"b": []}, "none": {"b": []}}
        assert bad == 7
        group["bad"]["b"].append("changed")
    warned = [record.getMessage() for record in caplog.records if "default" in record.getMessage()]
    assert len(warned) == 2, "once for each fetch"
    assert "canary" not in caplog.text
    with pytest.raises(exceptions.TransformError, match="/app/bad"):
        ssm.get_entry("/app/bad", transform=int, default=7)


@pytest.mark.parametrize("options", [{"default": 7}, {"transform": int}, {}])
def test_a_default_for_a_transform_needs_both(options: dict[str, Any]) -> None:
    with pytest.raises(exceptions.ArgumentValueError, match="default and transform"):
        ssm.get_entry("/app/var", default_on_transform_error=True, **options)
