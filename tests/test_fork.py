"""Forked children of a process that has used lambda_cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import program

if TYPE_CHECKING:
    from tests.account import Account
    from tests.fakes.proxy import Proxy

# Python's warnings about forks and threads are ignored, because the programs' output is tested.
FLAGS = ("-I", "-W", "ignore::DeprecationWarning")


def test_a_forked_child_works_and_so_does_its_parent_afterwards(account: Account) -> None:
    account.put_parameter("/app/var", "parameter")
    account.put_secret("/prod/secret", "secret")
    account.put_object("s3://bucket/key", b"file")
    seen = program.run("fork", flags=FLAGS)
    everything = ["parameter", "secret", "file"]
    assert seen["before"] == seen["after"] == everything
    assert seen["children"] == [["parameter", *everything]] * 3


def test_a_child_forked_during_a_fetch_makes_its_own(account: Account, proxy: Proxy) -> None:
    account.put_parameter("/app/var", "value")
    with proxy.hold():
        process = program.start("fork_in_flight", flags=FLAGS)
        proxy.wait_for(in_flight=1)
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
        proxy.wait_for(in_flight=2)
    assert program.finish(process) == {"parent": "value", "child": "value"}


def test_a_pool_of_forked_processes_works(account: Account, proxy: Proxy) -> None:
    account.put_parameter("/app/var", "value")
    assert program.run("fork_pool", flags=FLAGS) == ["value"] * 9
    assert proxy.count() == 10
