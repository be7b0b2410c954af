"""Signals, finalizers, forks of a test and misbehaving arguments do no harm."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import pickle
import signal
import threading
import traceback
import warnings
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import exceptions, s3, ssm, testing

if TYPE_CHECKING:
    from types import FrameType

    from tests.account import Account
    from tests.context import LambdaContext
    from tests.fakes.proxy import Proxy


def test_signal_handler_may_not_join_the_interrupted_fetch(account: Account, proxy: Proxy) -> None:
    account.put_parameter("/app/var", "value")
    refused: list[BaseException] = []
    released = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        try:
            ssm.get_entry("/app/var")
        except exceptions.UnavailableError as error:
            refused.append(error)
        released.set()

    def interrupt() -> None:
        with proxy.hold():
            holding.set()
            proxy.wait_for(in_flight=1)
            os.kill(os.getpid(), signal.SIGUSR1)
            assert released.wait(10)

    holding = threading.Event()
    before = signal.signal(signal.SIGUSR1, on_signal)
    thread = threading.Thread(target=interrupt)
    try:
        thread.start()
        assert holding.wait(10)
        assert ssm.get_entry("/app/var") == "value"
    finally:
        thread.join()
        signal.signal(signal.SIGUSR1, before)
    assert "signal handler" in str(refused[0])


def test_ctrl_c_ends_a_fetch(account: Account, proxy: Proxy) -> None:
    account.put_parameter("/app/var", "value")

    def interrupt() -> None:
        with proxy.hold():
            holding.set()
            proxy.wait_for(in_flight=1)
            os.kill(os.getpid(), signal.SIGINT)
            assert ended.wait(10)

    holding, ended = threading.Event(), threading.Event()
    thread = threading.Thread(target=interrupt)
    thread.start()
    assert holding.wait(10)
    with pytest.raises(KeyboardInterrupt):
        ssm.get_entry("/app/var")
    ended.set()
    thread.join()


def test_finalizer_during_conversion_may_read_the_entry() -> None:
    class Cycle:
        def __init__(self) -> None:
            self.self = self

        def __del__(self) -> None:
            if not read:
                read.append(ssm.get_entry("/app/list", float("inf")))

    read: list[object] = []
    with testing.values(ssm={"/app/list": ["a", "b"]}):
        threshold = gc.get_threshold()
        Cycle()
        gc.set_threshold(1)  # a collection at the next container that is made
        try:
            assert ssm.get_entry("/app/list", float("inf")) == ["a", "b"]
        finally:
            gc.set_threshold(*threshold)
        gc.collect()
    assert read == [["a", "b"]]


def test_forked_child_keeps_the_supplied_values(proxy: Proxy) -> None:
    readable, writable = os.pipe()
    with testing.values(ssm={"/app/var": "supplied"}), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # this process has threads, the stand-in's
        assert ssm.get_entry("/app/var") == "supplied"
        child = os.fork()
        if child == 0:
            os.write(writable, json.dumps(ssm.get_entry("/app/var")).encode())
            os._exit(0)
        os.close(writable)
        with os.fdopen(readable) as output:
            assert json.load(output) == "supplied"
        assert os.waitpid(child, 0)[1] == 0
    assert proxy.count() == 0


def test_a_traceback_that_shows_locals_shows_no_value(account: Account, context: LambdaContext) -> None:
    account.put_parameter("/app/var", "c4n4ry")

    @ssm.cache("/app/var")
    async def handler(event: object, context: object) -> object:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as caught:
        asyncio.run(handler({}, context))
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "handler" in "".join(shown.format())
    assert "c4n4ry" not in "".join(shown.format())


class Undecided:
    """Neither true nor false."""

    def __bool__(self) -> bool:
        raise RuntimeError


def nothing(event: object, context: object) -> None:
    """A handler."""


MISBEHAVING: list[Any] = [
    lambda: s3.cache("s3://bucket/key", check_before_download=Undecided()),  # type: ignore[arg-type]
    lambda: ssm.cache("/app/var", max_age_in_seconds=Decimal("sNaN")),  # type: ignore[call-overload]
]


@pytest.mark.parametrize("decorate", MISBEHAVING)
def test_argument_whose_repr_raises_is_refused_at_the_call(decorate: Any, context: LambdaContext) -> None:
    with pytest.warns(exceptions.LambdaCacheWarning):
        handler = decorate()(nothing)
    with pytest.raises(exceptions.LambdaCacheError):
        handler({}, context)


def test_a_refusal_keeps_nothing_of_the_calls_before() -> None:
    with pytest.warns(exceptions.LambdaCacheWarning):
        bare: Any = ssm.cache(nothing)  # type: ignore[call-overload]

    def frames(*args: object, **kwargs: object) -> int:
        with pytest.raises(exceptions.ArgumentTypeNotSupportedError, match="parentheses") as caught:
            bare(*args, **kwargs)
        return len(traceback.extract_tb(caught.value.__traceback__))

    assert frames({}, None) == frames({}, None) == frames({}, context=None)


def test_the_exception_of_a_full_disk_keeps_its_number() -> None:
    error = pickle.loads(pickle.dumps(exceptions.StorageError("full", 28)))
    assert (error.errno, error.message, str(error)) == (28, "full", "full")


def test_folder_name_need_not_be_utf_8(account: Account, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    account.put_object("s3://bucket/key", b"content")
    folder = os.fsencode(tmp_path) + b"/\xff"
    os.mkdir(folder)  # noqa: PTH102 - bytes
    monkeypatch.setenv("LAMBDA_CACHE_DIR", os.fsdecode(folder))
    with open(s3.get_entry("s3://bucket/key"), "rb") as file:  # noqa: PTH123 - as a handler does
        assert file.read() == b"content"
