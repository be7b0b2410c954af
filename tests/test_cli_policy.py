"""`python -m lambda_cache policy`: the least policy, on the standard output alone, without a call to AWS."""

from __future__ import annotations

import json
import os
import re
import signal
from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import s3, secrets_manager, ssm
from lambda_cache._decorator import stack_of

from tests import command_line
from tests.command_line import PAGE, app, block

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.proxy import Proxy

ONE = """
@ssm.cache('/app/var')
def handler(event, context):
    raise AssertionError('it is not called')
"""
VAR = "arn:aws:ssm:eu-west-1:*:parameter/app/var"
KEY = "arn:aws-cn:kms:cn-north-1:123456789012:key/1234"
ROWS = re.findall(r"^\| ?(?:`([^`]+)`)? ?\| `(\w+:\w+)` \| (`arn:[^|]*`) \|.*\|$", PAGE.read_text(), re.MULTILINE)


def allowed(policy: str) -> dict[str, list[str]]:
    """The resources of each action."""
    return {statement["Action"]: statement["Resource"] for statement in json.loads(policy)["Statement"]}


def test_the_page_shows_what_the_command_prints(tmp_path: Path) -> None:
    app(tmp_path, block("python"))
    command = block("sh").split()
    assert command[:3] == ["python", "-m", "lambda_cache"]
    ended = command_line.run(tmp_path, *command[3:])
    assert (ended.code, ended.out) == (0, block("json"))


def calls() -> dict[str, set[tuple[str, str]]]:
    """Returns the permissions of each call in the page's table."""
    permissions: dict[str, set[tuple[str, str]]] = {}
    call = ""
    for named, action, resources in ROWS:
        call = named or call  # a row without a call goes on with the one above
        permissions.setdefault(call, set()).update((action, arn) for arn in re.findall(r"`([^`]+)`", resources))
    return permissions


@pytest.mark.parametrize("call", calls())
def test_the_page_has_the_permission_of_every_call(call: str) -> None:
    sources: dict[str, Any] = {"ssm": ssm, "secrets_manager": secrets_manager, "s3": s3}

    def handler(event: object, context: object) -> None: ...

    stack = stack_of(eval(call, sources)(handler))
    assert stack is not None
    assert stack.lookup is not None
    ((_, _, permissions),) = stack.lookup.described("aws", "REGION", "ACCOUNT")
    assert set(permissions) == calls()[call]


def test_decorators_are_found_under_foreign_ones(tmp_path: Path) -> None:
    app(
        tmp_path,
        """
        import functools

        def foreign(function):
            return functools.wraps(function)(lambda *args: function(*args))

        @foreign
        @ssm.cache('/stacked/b')
        @foreign
        @refresh_on_error
        @ssm.cache('/stacked/a')
        def stacked(event, context): ...

        @secrets_manager.cache('coroutine')
        async def coroutine(event, context): ...

        class Shop:
            @ssm.cache(['/method/x'], entry_name='list')
            def method(self, event, context): ...

            @staticmethod
            @ssm.cache('/static')
            def static(event, context): ...

            @ssm.cache('/call')
            def __call__(self, event, context): ...

        bound, instance, alias = Shop().method, Shop(), stacked
        partial = functools.partial(stacked, {})

        @s3.cache('s3://bucket/what*')
        @s3.cache('s3://bucket/what*', entry_name='twice')
        def file(event, context): ...
        """,
    )
    everything = command_line.run(tmp_path, "policy", "app")
    assert everything.code == 0
    assert allowed(everything.out) == {
        "s3:GetObject": ["arn:aws:s3:::bucket/what${*}"],
        "secretsmanager:GetSecretValue": ["arn:aws:secretsmanager:eu-west-1:*:secret:coroutine-??????"],
        "ssm:GetParameter": [
            f"arn:aws:ssm:eu-west-1:*:parameter/{name}" for name in ("call", "stacked/a", "stacked/b", "static")
        ],
        "ssm:GetParameters": ["arn:aws:ssm:eu-west-1:*:parameter/method/x"],
    }
    for handler, action in (
        ("bound", "ssm:GetParameters"),
        ("partial", "ssm:GetParameter"),
        ("Shop.method", "ssm:GetParameters"),
        ("Shop.static", "ssm:GetParameter"),
    ):
        one = command_line.run(tmp_path, "policy", f"app.{handler}")
        assert set(allowed(one.out)) == {action}
        assert "not asked for: " in one.err
        assert "app.coroutine" in one.err


def test_objects_that_raise_on_access_are_skipped(tmp_path: Path) -> None:
    app(
        tmp_path,
        """
        class OnlyInARequest:
            def __getattribute__(self, name): raise RuntimeError('pa55word')
            def __call__(self): ...

        request = OnlyInARequest()

        @ssm.cache('/app/var')
        def handler(event, context): ...
        """,
    )
    for name in ("app", "app.handler"):
        assert allowed(command_line.run(tmp_path, "policy", name).out) == {"ssm:GetParameter": [VAR]}
    ended = command_line.run(tmp_path, "policy", "app.request")
    assert ended.code == 2
    assert "app.request has no decorator of lambda_cache" in ended.err
    assert "pa55word" not in ended.err


@pytest.mark.parametrize("handler", ["app.handler", "folder/app.handler", "folder.app.handler", "folder/app"])
def test_a_handler_is_named_as_in_lambda(tmp_path: Path, handler: str) -> None:
    app(tmp_path, ONE, "app.py" if handler == "app.handler" else "folder/app.py")
    assert allowed(command_line.run(tmp_path, "policy", handler).out) == {"ssm:GetParameter": [VAR]}


def test_import_makes_no_call_and_its_prints_stay_out(
    tmp_path: Path, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    app(tmp_path, "print('loading')\n@ssm.cache('/app/var', prefetch=True)\n@ssm.cache('/b')\ndef handler(e, c): ...")
    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
    monkeypatch.setenv("LAMBDA_CACHE_PREFETCH", "1")
    ended = command_line.run(tmp_path, "policy", "app.handler")
    assert ended.code == 0
    assert allowed(ended.out).keys() == {"ssm:GetParameter"}
    assert ended.err.startswith("loading\n")
    assert proxy.count() == 0


def test_partial_secret_arns_are_allowed_in_both_forms(tmp_path: Path) -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/my-secret"
    app(tmp_path, f"@secrets_manager.cache({arn!r}, entry_name='secret')\ndef handler(event, context): ...")
    ended = command_line.run(tmp_path, "policy", "app.handler")
    assert allowed(ended.out) == {"secretsmanager:GetSecretValue": [arn, f"{arn}-??????"]}


def test_key_is_allowed_via_services_in_every_partition(tmp_path: Path) -> None:
    app(tmp_path, "@ssm.cache('/app/var')\n@s3.cache('s3://bucket/key')\ndef handler(event, context): ...")
    there = ("--region", "cn-north-1", "--account", "123456789012", "--kms-key", KEY)
    ended = command_line.run(tmp_path, "policy", "app.handler", *there)
    assert (ended.code, ended.err) == (0, "")
    assert allowed(ended.out) == {
        "kms:Decrypt": [KEY],
        "s3:GetObject": ["arn:aws-cn:s3:::bucket/key"],
        "ssm:GetParameter": ["arn:aws-cn:ssm:cn-north-1:123456789012:parameter/app/var"],
    }
    (decrypt,) = [one for one in json.loads(ended.out)["Statement"] if one["Action"] == "kms:Decrypt"]
    assert decrypt["Condition"] == {"StringLike": {"kms:ViaService": ["s3.cn-north-1.*", "ssm.cn-north-1.*"]}}

    here = command_line.run(tmp_path, "policy", "app.handler", "--kms-key", KEY)
    (decrypt,) = [one for one in json.loads(here.out)["Statement"] if one["Action"] == "kms:Decrypt"]
    assert decrypt["Condition"] == {
        "StringEquals": {"kms:ViaService": ["s3.eu-west-1.amazonaws.com", "ssm.eu-west-1.amazonaws.com"]}
    }


def test_without_a_region_any_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    app(tmp_path, ONE)
    ended = command_line.run(tmp_path, "policy", "app.handler")
    assert allowed(ended.out) == {"ssm:GetParameter": ["arn:aws:ssm:*:*:parameter/app/var"]}
    assert "needs kms:Decrypt on that key: add --kms-key ARN" in ended.err


def test_custom_entry_permissions_are_reported_as_unknown(tmp_path: Path) -> None:
    app(tmp_path, "def rates(): ...\n@custom.cache(fetch=rates)\ndef handler(event, context): ...")
    ended = command_line.run(tmp_path, "policy", "app.handler")
    assert (ended.code, allowed(ended.out)) == (0, {})
    assert "custom app.rates: its permissions are those of your function" in ended.err
    assert "nothing to allow" in ended.err


def test_bad_decorator_is_named_and_others_stay_in_policy(tmp_path: Path) -> None:
    app(tmp_path, f"{ONE}\n@ssm.cache(parameter=3, entry_name='x')\n@ssm.cache('/b')\ndef wrong(event, context): ...")
    ended = command_line.run(tmp_path, "policy", "app")
    assert ended.code == 1
    assert allowed(ended.out) == {"ssm:GetParameter": [VAR, "arn:aws:ssm:eu-west-1:*:parameter/b"]}
    assert "a decorator of app.wrong is wrong: " in ended.err


@pytest.mark.parametrize("name", ["app", "app.bare"])
def test_decorator_without_parentheses_is_named(tmp_path: Path, name: str) -> None:
    app(tmp_path, "@ssm.cache\ndef bare(event, context): ...")
    ended = command_line.run(tmp_path, "policy", name)
    assert ended.code == 1
    assert "a decorator of app.bare is wrong: parameter must be a str, and a function was given" in ended.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("policy", "nowhere.handler"), r"no module nowhere was found from .*: run this in the folder"),
        (("policy", "app.handle"), r"app has no 'handle'; decorated are: app\.handler"),
        (("policy", "app.plain"), r"app\.plain has no decorator of lambda_cache that can be seen: .*app\.handler"),
        (("policy", "plain"), r"nothing in plain has a decorator of lambda_cache; functions there: function"),
        (("check", "plain.function"), r"plain\.function has no decorator .*functions there: function"),
        (("policy", "app.Shop.open"), r"app has no 'Shop\.open'; decorated are: app\.handler, app\.Shop\.method$"),
        (
            ("policy", "broken.handler"),
            r"importing broken failed: ZeroDivisionError at broken\.py:2: division by zero$",
        ),
        (
            ("policy", "misused.handler"),
            r"importing misused failed: TypeError at misused\.py:2: .*unexpected keyword argument 'max_tries'$",
        ),
        (("check", "keyless.handler"), r"KeyError at keyless\.py:2: the environment variable TABLE_NAME is not set$"),
        (("check", "lookup.handler"), r"importing lookup failed: KeyError at lookup\.py:2$"),
        (("check", "misspelt.handler"), r"NameError at misspelt\.py:2: name 'sms' is not defined$"),
        (("check", "typed.handler"), r"importing typed failed: TypeError at typed\.py:2$"),
        (("policy", "tells.handler"), r"importing tells failed: ValueError at tells\.py:2$"),
        (("policy", "shows.handler"), r"importing shows failed: ImportError at shows\.py:2$"),
        (("policy", "reads.handler"), r"importing reads failed: SyntaxError at reads\.py:2$"),
        (("policy", "typo.handler"), r"importing typo failed: SyntaxError at typo\.py:2: .*invalid syntax"),
        (
            ("policy", "asks.handler"),
            r"importing asks failed: NoEntryNameError at asks\.py:2: each parameter must be a str",
        ),
        (
            ("policy", "needs.handler"),
            r"importing needs failed: ModuleNotFoundError at needs\.py:2: No module named 'not_there'$",
        ),
        (("policy", "leaves.handler"), r"importing leaves failed: SystemExit at leaves\.py:2$"),
        (("policy", "app."), r"'app\.' names no handler: write it as in Lambda, such as app\.handler"),
        (("policy", "app.handler", "--account", "12"), r"'12' is not valid: write an account's twelve digits"),
        (("policy", "app.handler", "--account", "\u0661" * 12), r" is not valid: write an account's twelve digits"),
        (("policy", "app.handler", "--kms-key", "arn:aws:kms:eu-west-1:123456789012:alias/x"), r"the key's own ARN"),
        ((), r"usage: python -m lambda_cache "),
    ],
)
def test_usage_error_says_what_to_do(tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    method = "class Shop:\n    @ssm.cache('/method')\n    def method(self, event, context): ..."
    app(tmp_path, f"{ONE}\ndef plain(event, context): ...\n{method}")
    for name, line in {
        "plain": "def function(event, context): ...",
        "broken": "1 / 0",
        "misused": "(lambda: None)(max_tries=3)",
        "keyless": "__import__('os').environ['TABLE_NAME']",
        "lookup": "{}['pa55word']",
        "misspelt": "sms.cache('/app/var')",
        "typed": "raise TypeError('pa55word')",
        "tells": "raise ValueError('pa55word')",
        "shows": "raise ImportError('pa55word')",
        "reads": "eval('pa55word pa55word')",
        "typo": "def def",
        "asks": "ssm.get_entry(['/pa55word', 7])",
        "needs": "import not_there",
        "leaves": "raise SystemExit(3)",
    }.items():
        app(tmp_path, line, f"{name}.py")
    ended = command_line.run(tmp_path, *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert re.search(says, ended.err, re.DOTALL), ended.err
    assert "Traceback" not in ended.err
    assert "pa55word" not in ended.err


@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_environments_region_is_checked_like_an_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    app(tmp_path, ONE)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "bad region" if name == variable else "")
    ended = command_line.run(tmp_path, "policy", "app.handler")
    assert (ended.code, ended.out) == (2, "")
    assert f"{variable}: 'bad region' is not valid: write a Region, such as eu-west-1" in ended.err
    assert command_line.run(tmp_path, "policy", "app.handler", "--region", "eu-west-1").code == 0


@pytest.mark.parametrize(
    ("arguments", "unbuffered"), [(("policy", "app.handler"), ""), (("check", "app.handler"), "1"), (("--help",), "")]
)
def test_a_pipe_that_is_closed_ends_it_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], unbuffered: str
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    app(tmp_path, "@custom.cache(fetch=dict, entry_name='own')\ndef handler(event, context): ...")
    ours, theirs = os.pipe()
    os.close(ours)
    with command_line.begin(tmp_path, *arguments, out=theirs) as process:
        os.close(theirs)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGPIPE
    assert "BrokenPipe" not in errors


@pytest.mark.parametrize("command", ["policy", "check"])
def test_unencodable_letters_are_printed_as_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    app(tmp_path, "def é(): return 1\n@custom.cache(fetch=é)\ndef handler(event, context): ...")
    ended = command_line.run(tmp_path, command, "app.handler")
    assert ended.code == 0
    assert r"custom app.\xe9" in ended.out + ended.err


def test_help_lists_the_limits(tmp_path: Path) -> None:
    ended = command_line.run(tmp_path, "--help")
    assert ended.code == 0
    assert "What a get_entry in a function's body" in ended.out
    assert {"policy", "check"} <= set(ended.out.split())
