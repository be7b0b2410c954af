"""A user of the original package only changes the installed package."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import exceptions, s3, secrets_manager, ssm

from tests.context import LambdaContext

if TYPE_CHECKING:
    from pathlib import Path

    from tests.account import Account


def doing_nothing(event: object, context: object) -> None: ...


SIGNATURES = [
    # A call without a name is refused with advice. No age is 60, unless the environment says otherwise, which 60 would
    # forbid.
    (ssm, {"parameter": None, "max_age_in_seconds": None}),
    (secrets_manager, {"name": None, "max_age_in_seconds": None}),
    (s3, {"s3Uri": None, "max_age_in_seconds": None}),
]


@pytest.mark.parametrize("function", ["cache", "get_entry", "aget_entry"])
@pytest.mark.parametrize(("module", "first_two"), SIGNATURES)
def test_arguments_have_their_names_positions_and_defaults(
    module: Any, first_two: dict[str, object], function: str
) -> None:
    parameters = inspect.signature(getattr(module, function)).parameters
    positional = [parameter for parameter in parameters.values() if parameter.kind is parameter.POSITIONAL_OR_KEYWORD]
    assert {parameter.name: parameter.default for parameter in positional[:2]} == first_two
    assert [parameter.name for parameter in positional[:2]] == list(first_two)
    assert (positional[2].name, bool(positional[2].default)) == ("entry_name", False)
    rest = [(parameter.name, parameter.default) for parameter in positional[3:]]
    assert rest == ([("check_before_download", False)] if module is s3 else [])


def test_every_argument_may_be_given_by_name(account: Account, folder: Path) -> None:
    account.put_parameter("/app/var", "value")
    account.put_secret("/prod/secret", "value")
    account.put_object("s3://bucket/key", b"value")

    @ssm.cache(parameter="/app/var", max_age_in_seconds=1, entry_name="a")
    @secrets_manager.cache(name="/prod/secret", max_age_in_seconds=1, entry_name="b")
    @s3.cache(s3Uri="s3://bucket/key", max_age_in_seconds=1, entry_name="c", check_before_download=True)
    def handler(event: object, context: LambdaContext) -> object:
        return context.a, context.b, context.c

    assert handler({}, LambdaContext()) == ("value", "value", str(folder / "c"))


def test_handlers_are_called_with_event_and_context_by_position(account: Account) -> None:
    account.put_parameter("/app/var", "value")

    @ssm.cache("/app/var")
    def handler(event: object, context: LambdaContext) -> object:
        return event, context.var

    assert handler({"key": 1}, LambdaContext()) == ({"key": 1}, "value")


def test_the_exceptions_of_the_original_are_made_as_there() -> None:
    wrong_type = exceptions.ArgumentTypeNotSupportedError("what is wrong")
    assert (wrong_type.Code, wrong_type.message) == ("ArgumentTypeNotSupportedError", "what is wrong")
    no_name = exceptions.NoEntryNameError("what is missing")
    assert (no_name.Code, no_name.message) == ("NoEntryNameError", "what is missing")
    assert exceptions.NoEntryNameError().Code == "NoEntryNameError"
    bad_uri = exceptions.InvalidS3UriError("s3:/wrong")
    assert bad_uri.Code == "InvalidS3UriError"
    assert "s3:/wrong" in bad_uri.message
    for error in (wrong_type, no_name, bad_uri):
        assert isinstance(error, exceptions.LambdaCacheError)
        assert str(error) == error.message


@pytest.mark.parametrize(
    ("argument", "entry_name", "expected"),
    [
        (7, None, exceptions.NoEntryNameError),
        (7, "name", exceptions.ArgumentTypeNotSupportedError),
        ({"a": 1}, "name", exceptions.ArgumentTypeNotSupportedError),
        (1.5, None, exceptions.ArgumentTypeNotSupportedError),
        (None, None, exceptions.ArgumentTypeNotSupportedError),
        (b"/app/a", None, exceptions.ArgumentTypeNotSupportedError),
        (True, None, exceptions.ArgumentTypeNotSupportedError),
    ],
)
@pytest.mark.parametrize("module", [ssm, secrets_manager, s3])
def test_wrong_type_raises_as_in_the_original(
    module: Any, argument: object, entry_name: str | None, expected: type[Exception]
) -> None:
    with pytest.raises(expected):
        module.get_entry(argument, 60, entry_name)


@pytest.mark.parametrize("module", [ssm, secrets_manager])
def test_list_without_entry_name_raises_the_originals_error(module: Any) -> None:
    with pytest.warns(exceptions.LambdaCacheWarning):
        handler = module.cache(["/app/a"])(doing_nothing)
    with pytest.raises(exceptions.NoEntryNameError):
        handler({}, LambdaContext())


def test_a_list_of_objects_is_not_supported() -> None:
    uris: Any = ["s3://bucket/one", "s3://bucket/two"]
    with pytest.raises(exceptions.ArgumentTypeNotSupportedError):
        s3.get_entry(uris, entry_name="name")
