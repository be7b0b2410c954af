"""What messages say to their reader: which code is wrong, where it is, and what to write."""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lambda_cache
import pytest
from lambda_cache import custom, exceptions, refresh_on_error, s3, secrets_manager, ssm, testing

from tests.context import LambdaContext
from tests.fakes.function import Function

if TYPE_CHECKING:
    from lambda_cache.testing import Values

    from tests.fakes.proxy import Proxy

CANARY = "canary-7c1f"
HERE = Path(__file__).name


def doing_nothing(event: object, context: object) -> None: ...


def line_of(text: str) -> int:
    """The line of this file that has the text."""
    return next(number for number, line in enumerate(Path(__file__).read_text().splitlines(), 1) if text in line)


# ===== Decorators =====


def test_a_refused_decorator_names_handler_file_and_line(context: LambdaContext) -> None:
    with pytest.warns(exceptions.LambdaCacheWarning) as caught:

        @ssm.cache("")  # the line that is named
        def handler(event: object, context: LambdaContext) -> None: ...

    place = f"{HERE}:{line_of('# the line that is' + ' named')}"
    name = f"{__name__}.test_a_refused_decorator_names_handler_file_and_line.<locals>.handler"
    assert f"{caught[0].filename}:{caught[0].lineno}".endswith(place)
    with pytest.raises(exceptions.ArgumentValueError) as raised:
        handler({}, context)
    for message in (str(caught[0].message), str(raised.value)):
        assert name in message
        assert place in message


def test_two_decorators_of_one_name_are_warned_about_at_the_handler() -> None:
    with pytest.warns(exceptions.LambdaCacheWarning, match="two decorators") as caught:

        class Functions:
            @staticmethod
            @ssm.cache("/a/var")
            @refresh_on_error
            @ssm.cache("/b/var")
            def handler(event: object, context: LambdaContext) -> None: ...

    assert caught[0].filename == __file__
    assert Functions.__name__ in str(caught[0].message)


@pytest.mark.parametrize(
    ("module", "options", "advice"),
    [
        (ssm, {"parameter": "/app/var", "max_age": 30}, "ssm.cache has no option 'max_age': did you mean max_age_in"),
        (ssm, {"parameter": "/app/var", "ttl": 30}, "did you mean max_age_in_seconds?"),
        (ssm, {"name": "/app/var"}, "did you mean parameter?"),
        (ssm, {"parameter": "/app/var", "entryname": "x"}, "did you mean entry_name?"),
        (ssm, {"parameter": "/app/var", "zzz": 1}, "pass some of parameter, max_age_in_seconds, entry_name"),
        (secrets_manager, {"secret_id": "x"}, "did you mean name?"),
        (secrets_manager, {"parameter": "x"}, "did you mean name?"),
        (s3, {"uri": "s3://bucket/key"}, "s3.cache has no option 'uri': did you mean s3Uri?"),
        (custom, {"function": len}, "did you mean fetch?"),
    ],
)
def test_an_unknown_keyword_is_answered_at_the_call(
    module: Any, options: dict[str, Any], advice: str, context: LambdaContext
) -> None:
    with pytest.warns(exceptions.LambdaCacheWarning, match=re.escape(advice)):
        handler = module.cache(**options)(doing_nothing)
    with pytest.raises(exceptions.ArgumentTypeNotSupportedError, match=re.escape(advice)):
        handler({}, context)


@pytest.mark.parametrize(
    ("function", "options", "advice"),
    [
        (
            ssm.get_entry,
            {"parameter": "/a", "max_age": 30},
            "ssm.get_entry has no option 'max_age': did you mean max_a",
        ),
        (ssm.get_entry, {"parameter": "/a", "prefetch": True}, "has no option 'prefetch': pass some of parameter, max"),
        (ssm.invalidate, {"name": "/a"}, "ssm.invalidate has no option 'name': did you mean parameter?"),
        (secrets_manager.get_entry, {"secret_id": "a"}, "did you mean name?"),
        (secrets_manager.invalidate, {"arn": "a"}, "did you mean name?"),
        (s3.get_entry, {"uri": "s3://bucket/key"}, "s3.get_entry has no option 'uri': did you mean s3Uri?"),
        (s3.invalidate, {"uri": "s3://bucket/key"}, "did you mean s3Uri?"),
        (custom.get_entry, {"fetch": len, "ttl": 1}, "custom.get_entry has no option 'ttl': did you mean max_age_in_s"),
        (custom.invalidate, {"function": len}, "did you mean fetch?"),
        (refresh_on_error, {"errors": ValueError}, "refresh_on_error has no option 'errors': pass what it takes by po"),
        (testing.values, {"secrets_manager": {}}, "testing.values has no option 'secrets_manager': did you mean secr"),
    ],
)
def test_unknown_keywords_of_other_functions_get_the_advice(
    function: Any, options: dict[str, Any], advice: str, context: LambdaContext
) -> None:
    def call() -> None:
        if function is refresh_on_error:
            with pytest.warns(exceptions.LambdaCacheWarning, match=advice):
                refused = function(**options)(doing_nothing)
            refused({}, context)
        elif function is testing.values:
            with function(**options):
                pass
        else:
            function(**options)

    with pytest.raises(exceptions.ArgumentTypeNotSupportedError, match=re.escape(advice)):
        call()


def test_async_get_entry_refuses_unknown_keywords_too() -> None:
    for module in (ssm, secrets_manager, s3, custom):
        untyped: Any = module
        with pytest.raises(
            exceptions.ArgumentTypeNotSupportedError, match=r"aget_entry has .* mean max_age_in_seconds"
        ):
            asyncio.run(untyped.aget_entry(max_age=30))


def test_decorator_without_parentheses_says_what_to_write(context: LambdaContext) -> None:
    for module, option in ((ssm, "parameter"), (secrets_manager, "name"), (s3, "s3Uri")):
        untyped: Any = module
        with pytest.warns(exceptions.LambdaCacheWarning, match=f"{option} must be a str"):
            handler = untyped.cache()(doing_nothing)
        with pytest.raises(exceptions.ArgumentTypeNotSupportedError):
            handler({}, context)
        with pytest.warns(exceptions.LambdaCacheWarning, match=rf"write @.*\.cache\({option}=\.\.\.\)") as caught:
            bare = untyped.cache(doing_nothing)
        assert caught[0].filename == __file__
        with pytest.raises(exceptions.ArgumentTypeNotSupportedError, match="in parentheses"):
            bare({}, context)


def test_none_in_the_place_of_a_name_is_named() -> None:
    modules: list[tuple[Any, str]] = [(ssm, "parameter"), (secrets_manager, "name"), (s3, "s3Uri"), (custom, "fetch")]
    for module, option in modules:
        for given in ({}, {option: None}):
            with pytest.raises(exceptions.ArgumentTypeNotSupportedError, match=f"^{option} must be .*, or it was None"):
                module.get_entry(**given)
    with pytest.raises(exceptions.ArgumentTypeNotSupportedError, match=r"^each name must be a str: none was given"):
        secrets_manager.get_entry(["/a", None])  # type: ignore[list-item]
    with pytest.raises(exceptions.NoEntryNameError, match=r"^parameter must be a str.*given: int$"):
        ssm.get_entry(123)  # type: ignore[call-overload]


def test_an_access_points_uri_is_not_quoted_within_another_message() -> None:
    wrong = "s3://arn:aws:s3:eu-west-1:123456789012:bucket/name/key"
    with pytest.raises(exceptions.InvalidS3UriError) as raised:
        s3.get_entry(wrong)
    assert str(raised.value).startswith(f'"{wrong}" begins with an ARN')


# ===== Transforms =====


def parsed(text: str) -> object:
    return json.loads(text)["port"]  # where the transform fails


def import_of_nothing(text: str) -> object:
    return importlib.import_module("there_is_no_such_module")


def import_of_the_value(text: str) -> object:
    return importlib.import_module(text)


def test_a_transform_that_raises_is_named_by_type_file_and_line(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm["/app/var"] = f'{{"{CANARY}": 1}}'
    with pytest.raises(exceptions.TransformError) as raised:
        ssm.get_entry("/app/var", transform=parsed)
    assert f"KeyError at {__file__}:{line_of('# where the transform' + ' fails')}" in str(raised.value)
    assert CANARY not in str(raised.value)


def test_a_failed_import_in_a_transform_is_shown(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm["/app/var"] = CANARY
    with pytest.raises(exceptions.TransformError, match=r"No module named 'there_is_no_such_module'$"):
        ssm.get_entry("/app/var", transform=import_of_nothing)
    with pytest.raises(
        exceptions.TransformError, match=r"ModuleNotFoundError at .*; its message is not shown"
    ) as raised:
        ssm.get_entry("/app/var", transform=import_of_the_value)
    assert CANARY not in str(raised.value)


def test_a_transform_of_the_wrong_kind_advises_in_pythons_terms(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm["/app/list"] = ["a", "b"]
    for transform, kind in (("json", "JSON"), ("binary", "Base64")):
        with pytest.raises(exceptions.TransformError) as raised:
            ssm.get_entry("/app/list", transform=transform)  # type: ignore[call-overload]
        assert str(raised.value) == (
            f"cannot use ssm parameter /app/list: it is a StringList, not {kind}; "
            "leave transform out, or pass a function of the value"
        )


# ===== Values of tests =====


def test_supplied_values_of_a_wrong_type_say_what_to_supply() -> None:
    wrong: Any = {"/prod/db": {"user": CANARY}}
    with testing.values(ssm=wrong, secrets=wrong, s3={"s3://bucket/key": wrong}):
        with pytest.raises(exceptions.NotSuppliedError, match="a secret is a str or bytes, given: dict; for JSON,"):
            secrets_manager.get_entry("/prod/db")
        with pytest.raises(exceptions.NotSuppliedError, match="a parameter is a str, or a list of str, given: dict"):
            ssm.get_entry("/prod/db")
        with pytest.raises(exceptions.NotSuppliedError, match='by its whole name, such as "/prod/db/name"'):
            ssm.get_entry(path="/prod/db")
        with pytest.raises(exceptions.NotSuppliedError, match="an object is bytes, a str or the path") as raised:
            s3.get_entry("s3://bucket/key")
        assert CANARY not in str(raised.value)


# ===== The log =====


@pytest.fixture
def stale(lambda_cache_values: Values) -> Values:
    """An entry that cannot be refreshed, which is warned about at each call."""
    lambda_cache_values.ssm["/app/var"] = "x"
    ssm.get_entry("/app/var")
    lambda_cache_values.ssm["/app/var"] = exceptions.ThrottledError("not now")
    lambda_cache_values.advance(3600)
    return lambda_cache_values


def test_a_level_that_the_function_sets_is_left_alone(
    stale: Values, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAMBDA_CACHE_LOG_LEVEL", "DEBUG")
    logger = logging.getLogger("lambda_cache")
    before = logger.level
    try:
        logger.setLevel(logging.ERROR)
        ssm.get_entry("/app/var", stale_if_error_in_seconds=7200)
        assert logger.level == logging.ERROR
        assert caplog.records == []
    finally:
        logger.setLevel(before)
    assert any(isinstance(handler, logging.NullHandler) for handler in logger.handlers)


# ===== boto3's classes =====


def test_a_profile_that_is_not_there_is_botocores_error(monkeypatch: pytest.MonkeyPatch) -> None:
    botocore: Any = importlib.import_module("botocore.exceptions")
    monkeypatch.setenv("AWS_PROFILE", "mistyped")
    with testing.time(), pytest.raises(exceptions.ConfigurationError, match="mistyped") as raised:
        ssm.get_entry("/app/var")
    assert isinstance(raised.value, botocore.ProfileNotFound)


def test_timeouts_of_answers_and_connections_differ(proxy: Proxy) -> None:
    botocore: Any = importlib.import_module("botocore.exceptions")
    for code, raised, other in (
        ("RequestTimeout", botocore.ReadTimeoutError, botocore.ConnectTimeoutError),
        ("ConnectTimeout", botocore.ConnectTimeoutError, botocore.ReadTimeoutError),
    ):
        error = exceptions.from_core("UnavailableError", "late", code=code, operation="GetParameter")
        assert isinstance(error, raised)
        assert not isinstance(error, other)


# ===== The import =====


@pytest.mark.parametrize(("content", "problem"), [(None, "is missing"), (b"\x7fELF", "cannot be loaded")])
def test_wheel_of_another_machine_names_this_one(tmp_path: Path, content: bytes | None, problem: str) -> None:
    package = tmp_path / "lambda_cache"
    shutil.copytree(Path(lambda_cache.__file__).parent, package, ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    if content is not None:
        (package / "_native.abi3.so").write_bytes(content)
    command = [sys.executable, "-S", "-c", "import lambda_cache"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert f"the compiled part of lambda_cache {problem}" in done.stderr
    assert f"install the wheel for this machine ({os.uname().machine})" in done.stderr


# ===== async def handlers =====


def test_async_handler_warns_once_under_the_runtime_client(tmp_path: Path) -> None:
    program = """
from lambda_cache import ssm

@ssm.cache("/app/var")
@ssm.cache("/app/other")
async def handler(event, context):
    return context.var

@ssm.cache("/app/var")
async def awaited(event, context):
    return context.var
"""
    (tmp_path / "function.py").write_text(program)
    with Function.python("function.handler", {"AWS_REGION": "eu-west-1"}, tmp_path) as function:
        assert function.invoke({}).error is not None
        output = function.output()
    assert output.count("which Lambda's Python runtime does not await") == 1, output
    assert "the handler function.handler is an async def" in output
