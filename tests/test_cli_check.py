"""`python -m lambda_cache check` fetches each entry once and shows no value."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests import command_line
from tests.command_line import app, block
from tests.faults import json_error, s3_error

if TYPE_CHECKING:
    from pathlib import Path

    from tests.account import Account
    from tests.fakes.proxy import Fault, Proxy

ONE = "@ssm.cache('/app/var')\ndef handler(event, context): raise AssertionError('it is not called')"
CANARY = "canary-pa55word"


def row(out: str, entry: str) -> str:
    """The entry's line, its columns one space apart."""
    (line,) = [line for line in out.splitlines() if line.startswith(f"{entry} ")]
    return " ".join(line.split())


def flat(text: str) -> str:
    """The text with its lines joined."""
    return " ".join(text.split())


def test_the_page_shows_what_the_command_prints(account: Account, folder: Path, tmp_path: Path) -> None:
    account.put_parameter("/shop/colour", "blue")
    account.put_parameter("/shop/prod/port", "8080")
    account.put_parameter("/shop/prod/db/host", "db")
    account.put_object("s3://shop-eu/prices.json", b"x" * 12_345)
    app(tmp_path, block("python"))
    ended = command_line.run(tmp_path, "check", "app.handler")

    def normal(text: str) -> str:
        """The table, without the milliseconds; what breaks lines elsewhere, as endpoint and folder do, in one line."""
        lines = re.sub(r"  +\d+$", " N", text, flags=re.MULTILINE).splitlines()
        prose = flat(" ".join(line for line in lines if not line.endswith(" N")))
        table = [line for line in lines if line.endswith(" N")]
        return "\n".join([*table, re.sub(r" at http://[\d.]+:\d+", "", prose).replace(str(folder), "/tmp")])

    assert normal(ended.out) == normal(block("text"))
    assert (ended.code, ended.err) == (1, "")


def test_each_entry_is_fetched_once_in_80_columns(account: Account, folder: Path, tmp_path: Path, proxy: Proxy) -> None:
    account.put_parameter("/app/var", "value")
    account.put_parameter("/app/sizes", "S,M", "StringList")
    arn = account.put_secret(f"/prod/{'very-long-' * 9}name", b"bytes")
    account.put_object("s3://bucket/key", b"value")
    app(
        tmp_path,
        f"""
        async def rates():
            print('fetching')
            return {{'EUR': 1.08}}

        @ssm.cache('/app/var', max_age_in_seconds=0)
        @ssm.cache(['/app/var', '/app/sizes'], entry_name='all')
        @ssm.cache('/app/sizes', transform=len, entry_name='count')
        @secrets_manager.cache({arn!r})
        @s3.cache('s3://bucket/key')
        @custom.cache(fetch=rates)
        async def handler(event, context): ...

        @ssm.cache('/app/sizes')
        def other(event, context): ...
        """,
    )
    ended = command_line.run(tmp_path, "check", "app")
    assert (ended.code, ended.err) == (0, "fetching\n")
    assert row(ended.out, "var").startswith("var ssm parameter /app/var ok: str, 5 characters")
    assert "ok: dict, 2 parameters" in row(ended.out, "all")
    assert "ok: int" in row(ended.out, "count")
    assert "ok: file, 5 bytes" in row(ended.out, "key")
    assert "ok: dict, 1 key" in row(ended.out, "rates")
    assert "bytes, 5 bytes" in flat(ended.out)
    assert "ok: list, 2 items" in row(ended.out, "sizes")
    assert {"app.handler", "app.other"} <= set(ended.out.splitlines())
    assert "All 7 entries work." in ended.out
    assert "\x1b" not in ended.out
    assert f"Files are in {folder}." in flat(ended.out)
    assert (folder / "key").read_bytes() == b"value"
    unbreakable = (str(folder), "very-long-very-long")
    lines = [line for line in ended.out.splitlines() if not any(word in line for word in unbreakable)]
    assert max(map(len, lines)) <= 80
    assert (proxy.count("GetParameter"), proxy.count("GetParameters"), proxy.count()) == (2, 1, 5)


def test_a_json_secret_is_counted_by_its_keys(account: Account, tmp_path: Path) -> None:
    account.put_secret("/prod/db", '{"user": "shop", "password": "x"}')
    app(tmp_path, "@secrets_manager.cache('/prod/db', transform='json')\ndef handler(event, context): ...")
    ended = command_line.run(tmp_path, "check", "app.handler")
    assert "ok: dict, 2 keys" in row(ended.out, "db")


def test_names_that_need_getattr_are_listed(account: Account, tmp_path: Path) -> None:
    account.put_parameter("/app/api-key", "value")
    account.put_parameter("/app/class", "value")
    account.put_parameter("/app/plain", "value")
    app(
        tmp_path,
        """
        @ssm.cache('/app/api-key')
        @ssm.cache('/app/class')
        @ssm.cache('/app/plain')
        def handler(event, context): ...
        """,
    )
    ended = command_line.run(tmp_path, "check", "app.handler")
    assert ended.code == 0
    assert "Read with getattr(context, 'api-key'), or pass" in flat(ended.out)
    assert "identifier: api-key, class." in flat(ended.out)


def test_missing_values_and_defaults_are_distinguished(account: Account, tmp_path: Path) -> None:
    account.put_parameter("/app/colour", "blue")
    app(
        tmp_path,
        """
        @ssm.cache('/app/port', default=8080)
        @ssm.cache(['/app/colour', '/app/size'], entry_name='some', default=None)
        @ssm.cache(path='/nothing', default={'a': 'b'})
        @ssm.cache('/app/color')
        @s3.cache('s3://bucket/key')
        def handler(event, context): ...
        """,
    )
    ended = command_line.run(tmp_path, "check", "app.handler")
    assert ended.code == 1
    assert ended.out.count("missing; the default") == 2
    assert "dict, 2 parameters; missing," in row(ended.out, "some")
    assert "used: size" in flat(ended.out)
    assert row(ended.out, "color").startswith("color ssm parameter /app/color missing ")
    assert 'cannot read SSM parameter "/app/color" in eu-west-1' in flat(ended.out)
    assert row(ended.out, "key").startswith("key s3 object s3://bucket/key missing ")
    assert "3 of 5 work." in ended.out


@pytest.mark.parametrize(
    ("fault", "decorator", "says"),
    [
        (json_error("AccessDeniedException"), "ssm.cache('/a/var')", "forbidden: needs ssm:GetParameter"),
        (json_error("AccessDeniedException"), "ssm.cache(path='/var')", "forbidden: needs ssm:GetParametersByPath"),
        (json_error("AccessDeniedException", "The ciphertext"), "ssm.cache('/a/var')", "forbidden: needs kms:Decrypt"),
        (s3_error("AccessDenied", status=403), "s3.cache('s3://bucket/var')", "forbidden: needs s3:GetObject"),
        (json_error("ExpiredTokenException"), "ssm.cache('/a/var')", "refused"),
    ],
)
def test_a_refusal_says_which_permission_is_missing(
    tmp_path: Path, account: Account, proxy: Proxy, fault: Fault, decorator: str, says: str
) -> None:
    proxy.fail_next.append(fault)
    app(tmp_path, f"@{decorator}\ndef handler(event, context): ...")
    ended = command_line.run(tmp_path, "check", "app.handler")
    assert ended.code == 1
    assert says in row(ended.out, "var")
    assert "what AWS says" in ended.out or "The ciphertext" in ended.out
    assert ended.out.endswith("It does not work.\n")


@pytest.mark.parametrize(
    ("unset", "says"),
    [
        (
            ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
            "Not configured: no AWS credentials; in Lambda the function's",
        ),
        (("AWS_REGION", "AWS_DEFAULT_REGION"), "Not configured: no AWS Region is set: set AWS_REGION"),
    ],
)
def test_missing_configuration_is_reported_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unset: tuple[str, ...], says: str
) -> None:
    for name in unset:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    app(tmp_path, "@ssm.cache('/a')\n@ssm.cache('/b')\n@secrets_manager.cache('c')\ndef handler(event, context): ...")
    ended = command_line.run(tmp_path, "check", "app.handler")
    assert ended.code == 1
    assert flat(ended.out).count("not configured") == 3
    assert ended.out.count("Not configured: ") == flat(ended.out).count(says) == 1
    assert "0 of 3 work." in ended.out


def test_a_network_that_is_gone_is_unreachable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    app(tmp_path, ONE)
    ended = command_line.run(tmp_path, "check", "app.handler")
    assert ended.code == 1
    assert "unreachable" in row(ended.out, "var")
    assert "check the network (VPC endpoint, proxy) and AWS_ENDPOINT_URL" in flat(ended.out)


def test_check_shows_no_value_in_any_case(account: Account, tmp_path: Path) -> None:
    account.put_parameter("/app/var", CANARY)
    account.put_secret("/prod/db", CANARY)
    account.put_object("s3://bucket/key", CANARY.encode())
    app(
        tmp_path,
        """
        def fail(value):
            raise ValueError(value)

        @ssm.cache('/app/var')
        @ssm.cache('/app/var', transform='json', entry_name='json')
        @ssm.cache('/app/var', transform=fail, entry_name='fail')
        @ssm.cache(path='/app')
        @secrets_manager.cache('/prod/db')
        @s3.cache('s3://bucket/key', transform=lambda path: open(path).read())
        @custom.cache(fetch=lambda: 'canary-pa55word', entry_name='own')
        @custom.cache(fetch=lambda: fail('canary-pa55word'), entry_name='raises')
        @custom.cache(fetch=lambda: exec('raise NotFoundError("canary-pa55word")'), entry_name='absent')
        @custom.cache(fetch=lambda: sys.exit('canary-pa55word'), entry_name='leaves')
        @custom.cache(fetch=lambda: json.loads('canary-pa55word'), entry_name='parses')
        @custom.cache(fetch=lambda: ssm.get_entry('/nothing'), entry_name='asks')
        @custom.cache(fetch=lambda: (_ for _ in [1]).throw(NotFoundError('canary-pa55word')), entry_name='thrown')
        def handler(event, context): ...
        """,
        first="import json, sys; from lambda_cache.exceptions import NotFoundError",
    )
    ended = command_line.run(tmp_path, "check", "app.handler")
    assert ended.code == 1
    assert flat(ended.out).count("cannot be transformed") == 2
    assert "failed: ValueError at app.py:4 " in row(ended.out, "raises")  # where the user's code is left
    assert "failed: NotFoundError at app.py:14 " in row(ended.out, "absent")
    assert "failed: SystemExit at app.py:15 " in row(ended.out, "leaves")
    assert "failed: JSONDecodeError at app.py:16 " in row(ended.out, "parses")
    assert 'cannot read SSM parameter "/nothing"' in flat(ended.out)
    assert "5 of 13 work." in ended.out
    assert CANARY not in ended.out + ended.err


def test_failing_custom_entry_and_bad_decorator_are_shown(tmp_path: Path) -> None:
    app(
        tmp_path,
        """
        def rates():
            raise RuntimeError('the API is down')

        @custom.cache(fetch=rates)
        def handler(event, context): ...

        @ssm.cache(parameter=['/a'])
        def wrong(event, context): ...
        """,
    )
    ended = command_line.run(tmp_path, "check", "app")
    assert ended.code == 1
    assert row(ended.out, "rates").startswith("rates custom app.rates failed: RuntimeError at app.py:4 ")
    assert row(ended.out, "-") == "- app.wrong wrong decorator"
    assert "No entry_name provided" in ended.out
    assert "0 of 2 work." in ended.out


@pytest.mark.parametrize(
    ("fetch", "says"),
    [
        ("def fetch(): sys.exit(0)", "failed: SystemExit at app.py:2"),
        ("async def fetch(): sys.exit(0)", "failed: SystemExit at app.py:2"),
        ("async def fetch(): raise asyncio.CancelledError", "failed: CancelledError"),
        (
            "class Odd(list):\n    def __len__(self): return 1 // 0\nfetch = lambda: Odd()",
            "failed: ZeroDivisionError at app.py:3",
        ),
    ],
)
def test_every_fetch_outcome_has_a_table(tmp_path: Path, fetch: str, says: str) -> None:
    source = f"{fetch}\n@custom.cache(fetch=fetch, entry_name='odd')\ndef handler(event, context): ..."
    app(tmp_path, source, first="import asyncio, sys")
    ended = command_line.run(tmp_path, "check", "app.handler")
    assert (ended.code, ended.err) == (1, "")
    assert says in row(ended.out, "odd")
    assert ended.out.endswith("It does not work.\n")


@pytest.mark.parametrize("pause_ms", [None, 0.5, 1, 2])
def test_ctrl_c_ends_it_at_once_however_often_it_is_pressed(tmp_path: Path, pause_ms: float | None) -> None:
    app(
        tmp_path,
        """
        def fetch():
            print('fetching')
            threading.Event().wait()

        @custom.cache(fetch=fetch)
        def handler(event, context): ...
        """,
        first="import threading",
    )
    with command_line.begin(tmp_path, "check", "app.handler") as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "fetching\n"
        process.send_signal(signal.SIGINT)
        if pause_ms is not None:
            time.sleep(pause_ms / 1000)
            process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30) == ("", "")
        assert process.returncode == 130


@pytest.mark.parametrize(("variables", "is_coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colours_are_for_terminals_that_want_them(
    account: Account, tmp_path: Path, variables: dict[str, str], is_coloured: bool
) -> None:
    account.put_parameter("/app/var", "value")
    app(tmp_path, ONE)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "lambda_cache", "check", "app.handler"]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120", **variables}
    if not variables:
        environment.pop("NO_COLOR", None)
    ended = subprocess.run(command, cwd=tmp_path, env=environment, stdout=theirs, timeout=60)
    os.close(theirs)
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        text = terminal.read(65536)
    assert ended.returncode == 0
    assert (b"\x1b[32mok: str, 5 characters\x1b[0m" in text) is is_coloured
    assert (b"\x1b" in text) is is_coloured
