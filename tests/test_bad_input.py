"""A bad argument warns at decoration, and raises when the handler is called, before any fetch."""

from __future__ import annotations

import asyncio
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import exceptions, s3, secrets_manager, ssm

from tests.context import LambdaContext

if TYPE_CHECKING:
    from tests.account import Account
    from tests.fakes.proxy import Proxy

NUL = "\0"
NOT_UNICODE = "/app/\udcff"


@dataclass(frozen=True)
class Case:
    """Arguments, the error that they get, and what its message says."""

    module: Any
    argument: Any
    error: type[Exception]
    builtin: type[Exception] | tuple[type[Exception], ...]
    says: str = ""
    options: dict[str, Any] = field(default_factory=dict[str, Any])

    def __str__(self) -> str:
        name = self.module.__name__.rpartition(".")[2]
        options = "".join(f", {name}={value!r}" for name, value in self.options.items())
        return f"{name}({self.argument!r:.40}{options:.60})"


def value_error(module: Any, argument: Any, says: str = "", **options: Any) -> Case:
    """Returns the case of an invalid value."""
    return Case(module, argument, exceptions.ArgumentValueError, ValueError, says, options)


def type_error(module: Any, argument: Any, says: str = "", **options: Any) -> Case:
    """A type that is not supported."""
    return Case(module, argument, exceptions.ArgumentTypeNotSupportedError, TypeError, says, options)


def no_entry_name(module: Any, argument: Any) -> Case:
    """An entry_name is missing."""
    return Case(module, argument, exceptions.NoEntryNameError, (TypeError, ValueError), "entry_name|must be a str")


def invalid_uri(uri: str) -> Case:
    """Not a URI of S3."""
    return Case(s3, uri, exceptions.InvalidS3UriError, ValueError, "s3://")


TYPES: list[Any] = [None, 1.5, True, b"/app/var", {"/app/a"}, ..., len]

EVERYWHERE = [
    *(type_error(module, argument, "str") for module in (ssm, secrets_manager, s3) for argument in TYPES),
    *(no_entry_name(module, argument) for module in (ssm, secrets_manager, s3) for argument in (7, {"a": 1}, [7])),
    no_entry_name(s3, ["a"]),
    type_error(s3, ("s3://bucket/a",), "str"),
    type_error(ssm, {7: "/app/a"}, "each key of parameter"),
    *(
        type_error(module, argument, "str", entry_name="name")
        for module in (ssm, secrets_manager, s3)
        for argument in (7, {"a": 1}, None)
    ),
    type_error(ssm, ["/app/a", 7], "str", entry_name="name"),
    type_error(ssm, ["/app/a", None], "str", entry_name="name"),
    type_error(secrets_manager, ["a", None], "str", entry_name="name"),
    type_error(s3, ["s3://bucket/a"], "str", entry_name="name"),
    value_error(ssm, [], "empty"),
    value_error(ssm, (), "empty"),
    value_error(ssm, {}, "empty"),
    value_error(ssm, [], entry_name="name"),
    value_error(secrets_manager, {"a": "x", "b": ""}, "empty"),
    value_error(ssm, "", "empty"),
    value_error(ssm, "", "empty", entry_name="name"),
    value_error(secrets_manager, "", "empty"),
    value_error(ssm, ["/app/a", ""], "empty", entry_name="name"),
    value_error(ssm, "/app/", "/app/"),
    value_error(secrets_manager, "prod/", "prod/"),
    value_error(s3, "s3://bucket/folder/", "entry_name"),
    value_error(ssm, ["/prod/var", "/test/var"], "/test/var", entry_name="name"),
    value_error(ssm, ["/prod/var", "/app/x", "/prod/var"], "/prod/var", entry_name="name"),
    value_error(ssm, ["/prod/var:1", "/prod/var:2"], "var", entry_name="name"),
    value_error(ssm, ["/app/a", "/app/"], "/app/", entry_name="name"),
    *(
        invalid_uri(uri)
        for uri in (
            "",
            "s3:",
            "s3:/",
            "s3://",
            "s3://bucket",
            "s3://bucket/",
            "s3:///key",
            "https://bucket/key",
            "S3://bucket/key",
            "bucket/key",
            "/tmp/file",
        )
    ),
    *(
        value_error(s3, "s3://bucket/key", "entry_name", entry_name=name)
        for name in ("a/b", "../up", "/absolute", ".", "..", f"a{NUL}b", "x" * 256, "ü" * 128, ".lambda-cache")
    ),
    value_error(s3, "s3://bucket/..", "entry_name"),
    value_error(s3, "s3://bucket/folder/.", "entry_name"),
    value_error(s3, "s3://bucket/" + "x" * 256, "entry_name"),
    *(
        Case(module, argument, exceptions.LambdaCacheError, ValueError)
        for module, argument in ((ssm, NOT_UNICODE), (secrets_manager, NOT_UNICODE), (s3, "s3://bucket/\udcff"))
    ),
    *(
        Case(ssm, "/app/var", exceptions.LambdaCacheError, (TypeError, ValueError), options={"entry_name": name})
        for name in (7, True, ["name"], b"name", "\udcff")
    ),
    *(
        value_error(module, argument, "max_age_in_seconds", max_age_in_seconds=max_age)
        for module, argument in ((ssm, "/app/var"), (secrets_manager, "name"), (s3, "s3://bucket/key"))
        for max_age in (-1, -0.001, float("nan"), float("-inf"))
    ),
    *(
        Case(
            module,
            argument,
            exceptions.LambdaCacheError,
            (TypeError, ValueError),
            "max_age_in_seconds",
            {"max_age_in_seconds": max_age},
        )
        for module, argument in ((ssm, "/app/var"), (secrets_manager, "name"), (s3, "s3://bucket/key"))
        for max_age in ("60", b"60", [60], ..., 1j)
    ),
]

CONTEXT_ATTRIBUTES = [
    "function_name",
    "function_version",
    "invoked_function_arn",
    "memory_limit_in_mb",
    "aws_request_id",
    "log_group_name",
    "log_stream_name",
    "identity",
    "client_context",
    "get_remaining_time_in_millis",
    "log",
]
"""What Lambda documents about its context object."""

ON_A_CONTEXT = [
    *(value_error(ssm, "/app/var", "entry_name", entry_name=name) for name in CONTEXT_ATTRIBUTES),
    *(value_error(ssm, f"/app/{name}", "entry_name") for name in CONTEXT_ATTRIBUTES),
    value_error(ssm, ["/app/a"], "entry_name", entry_name="identity"),
    value_error(secrets_manager, "prod/identity", "entry_name"),
    value_error(s3, "s3://bucket/log", "entry_name"),
    value_error(ssm, "/app/__class__", "entry_name"),
    *(no_entry_name(module, several) for module in (ssm, secrets_manager) for several in (["a"], ("a",), {"x": "a"})),
    value_error(ssm, "/app/var", "entry_name", entry_name="__dict__"),
]


def not_to_be_called(event: object, context: LambdaContext) -> None:
    pytest.fail("the handler ran")


@pytest.mark.parametrize("case", [*EVERYWHERE, *ON_A_CONTEXT], ids=str)
def test_bad_decorator_warns_and_its_call_raises(case: Case, proxy: Proxy) -> None:
    with pytest.warns(exceptions.LambdaCacheWarning) as caught:
        handler = case.module.cache(case.argument, **case.options)(not_to_be_called)

    assert len(caught) == 1
    assert caught[0].filename == __file__, "the warning must point at the line that is wrong"
    for _ in range(2):
        with pytest.raises(case.error, match=case.says or None) as raised:
            handler({}, LambdaContext())
        assert_says_what_is_wrong(raised.value, case)
    assert proxy.connections == 0


@pytest.mark.parametrize("case", EVERYWHERE, ids=str)
def test_get_entry_raises_at_once(case: Case, proxy: Proxy) -> None:
    with pytest.raises(case.error, match=case.says or None) as raised:
        case.module.get_entry(case.argument, **case.options)
    assert_says_what_is_wrong(raised.value, case)
    assert proxy.connections == 0


@pytest.mark.parametrize("case", EVERYWHERE, ids=str)
def test_aget_entry_raises_when_awaited(case: Case, proxy: Proxy) -> None:
    async def main() -> None:
        await case.module.aget_entry(case.argument, **case.options)

    with pytest.raises(case.error, match=case.says or None) as raised:
        asyncio.run(main())
    assert_says_what_is_wrong(raised.value, case)
    assert proxy.connections == 0


def assert_says_what_is_wrong(error: BaseException, case: Case) -> None:
    """The classes by which code may catch it, and a message for whoever reads it."""
    assert isinstance(error, exceptions.LambdaCacheError)
    assert isinstance(error, case.builtin)
    assert error.message == str(error)
    assert len(str(error)) > 20
    if case.error is not exceptions.LambdaCacheError:
        assert type(error) is case.error
        assert error.Code == case.error.__name__


def test_an_invalid_uri_is_quoted() -> None:
    with pytest.raises(exceptions.InvalidS3UriError, match="https://bucket/key"):
        s3.get_entry("https://bucket/key")


def test_bad_decorator_in_a_stack_prevents_all_fetches(account: Account, proxy: Proxy) -> None:
    account.put_parameter("/app/var", "value")
    with pytest.warns(exceptions.LambdaCacheWarning) as caught:

        @ssm.cache("/app/var")
        @ssm.cache(7)  # type: ignore[call-overload,untyped-decorator]
        def handler(event: object, context: LambdaContext) -> None:
            pytest.fail("the handler ran")

    assert len(caught) == 1
    with pytest.raises(exceptions.NoEntryNameError):
        handler({}, LambdaContext())
    assert proxy.count() == 0


def test_async_handlers_bad_argument_raises_on_await() -> None:
    with pytest.warns(exceptions.LambdaCacheWarning):

        @ssm.cache("")
        async def handler(event: object, context: LambdaContext) -> None:
            pytest.fail("the handler ran")

    with pytest.raises(exceptions.ArgumentValueError):
        asyncio.run(handler({}, LambdaContext()))


def test_import_fails_only_if_warnings_are_errors() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(exceptions.LambdaCacheWarning):

            @ssm.cache("")
            def handler(event: object, context: LambdaContext) -> None: ...


@pytest.mark.filterwarnings("error")
def test_good_arguments_warn_of_nothing(account: Account) -> None:
    account.put_parameter("/app/var", "value")

    @ssm.cache("/app/var", 0.5, "name")
    def handler(event: object, context: LambdaContext) -> object:
        return context.name

    assert handler({}, LambdaContext()) == "value"


def test_names_that_only_look_like_context_attributes_are_fine(account: Account) -> None:
    for name in ("logs", "function_names", "Identity", "var.log"):
        account.put_parameter(f"/app/{name}", name)
        context = LambdaContext()
        ssm.cache(f"/app/{name}")(doing_nothing)({}, context)
        assert context.added() == {name}


def doing_nothing(event: object, context: LambdaContext) -> None: ...


def test_get_entry_needs_no_name_on_a_context(account: Account) -> None:
    account.put_parameter("/app/function_name", "value")
    assert ssm.get_entry("/app/function_name") == "value"
