"""crates/lambda-cache/examples/plain.rs: the plain API, in a program that is no Lambda function."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.account import Account
    from tests.fakes.proxy import Proxy

OUTPUT = """\
banner: summer, summer, summer
settings: 5 % off sizes S and M
login: Secret(..) of 36 bytes, Json(..) of shop
prices: {"tea": 3}
own cache: summer, {"tea": 3}
"""


def test_plain_api_example_prints_the_values(rust_programs: dict[str, Path], shop: Account, proxy: Proxy) -> None:
    shown = subprocess.run([rust_programs["plain"]], capture_output=True, text=True, timeout=60, check=False)
    assert (shown.returncode, shown.stdout, shown.stderr) == (0, OUTPUT, "")
    shared = ["GetParameter", "GetParameter", "GetParameters", "GetSecretValue", "GetObject"]
    assert [call.operation for call in proxy.calls] == [*shared, "GetParameter", "GetObject"]


def test_plain_api_example_names_the_missing_entry(
    rust_programs: dict[str, Path], account: Account, proxy: Proxy
) -> None:
    shown = subprocess.run([rust_programs["plain"]], capture_output=True, text=True, timeout=60, check=False)
    assert (shown.returncode, shown.stdout) == (1, "")
    assert 'cannot read SSM parameter "/shop/production/banner"' in shown.stderr
    assert proxy.count() == 1
