"""Greenlets: gevent and eventlet, with all of the standard library patched, as such programs begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import program

if TYPE_CHECKING:
    from tests.account import Account
    from tests.fakes.proxy import Proxy


@pytest.mark.parametrize("library", ["gevent", "eventlet"])
def test_greenlets_share_fetches_and_go_on_meanwhile(library: str, account: Account, proxy: Proxy) -> None:
    account.put_parameter("/app/var", "value")
    account.put_secret("/app/secret", "secret")
    proxy.delay_seconds = 0.02
    try:
        seen = program.run("greenlets", library)
    finally:
        proxy.delay_seconds = 0
    assert seen["sockets"] == "main"
    assert seen["async"] == "main"
    assert seen["nested"] == "value main"
    assert seen["one entry"] == [["value"], True]
    assert seen["custom"] == [["nobody"], True]
    assert seen["handler"] == [["value secret"], True]
    assert seen["timeout"] == ["given up"]
    assert seen["error"] == "NotFoundError"
    assert seen["descriptors"] <= 4  # of threads that are just ending
    assert seen["afterwards"] == "value"
