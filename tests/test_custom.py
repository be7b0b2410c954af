"""`custom`: any call, under every rule of the cache."""

from __future__ import annotations

import asyncio
import contextvars
import json
import threading
import time as wall
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import urlopen

import boto3
import pytest
from lambda_cache import custom, exceptions, refresh_on_error, ssm, testing

from tests.context import LambdaContext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import ThreadPoolExecutor

    from lambda_cache.testing import Time, Values

    from tests.fakes.aws import Aws


class Counter:
    """A fetch that counts."""

    __name__ = "count"

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> int:
        self.calls += 1
        return self.calls


# ===== Entries =====


def test_it_is_fetched_once_and_again_when_it_is_too_old(clock: Time, context: LambdaContext) -> None:
    counter = Counter()

    @custom.cache(counter)
    def handler(event: object, context: LambdaContext) -> object:
        return context.count

    assert [handler({}, context) for _ in range(3)] == [1, 1, 1]
    clock.advance(60)
    assert [handler({}, context) for _ in range(2)] == [2, 2]
    assert custom.get_entry(counter) == 2
    assert custom.get_entry(counter, max_age_in_seconds=0) == 3
    assert handler({}, context) == 3
    custom.invalidate(counter)
    assert handler({}, context) == 4


def test_an_entry_belongs_to_its_callable(clock: Time) -> None:
    one, other = Counter(), Counter()
    assert (custom.get_entry(one), custom.get_entry(other), custom.get_entry(one)) == (1, 1, 1)

    def handler(table: str) -> object:
        def fetch() -> str:
            fetched.append(table)
            return f"of {table}"

        return custom.get_entry(fetch)

    fetched: list[str] = []
    for _ in range(2):  # a function is a new object at each call, and known again by its closure
        assert [handler(table) for table in ("a", "b")] == ["of a", "of b"]
    assert fetched == ["a", "b"]


def test_methods_are_known_again(clock: Time) -> None:
    class Table:
        def __init__(self) -> None:
            self.calls = 0

        def read(self) -> int:
            self.calls += 1
            return self.calls

    one, other = Table(), Table()
    assert [custom.get_entry(one.read) for _ in range(2)] == [1, 1]
    assert custom.get_entry(other.read) == 1
    assert (one.calls, other.calls) == (1, 1)


def test_mutating_a_list_or_dict_leaves_the_cache(clock: Time) -> None:
    def fetch() -> dict[str, list[int]]:
        return {"a": [1]}

    custom.get_entry(fetch)["a"].append(2)
    assert custom.get_entry(fetch) == {"a": [1]}

    def client() -> object:
        return object()

    assert custom.get_entry(client) is custom.get_entry(client), "anything else is one object for all"


@pytest.mark.parametrize("value", [None, 0, "", (), []])
def test_any_value_is_a_value(clock: Time, value: object) -> None:
    counter = Counter()

    def fetch() -> object:
        counter()
        return value

    assert [custom.get_entry(fetch) for _ in range(2)] == [value, value]
    assert counter.calls == 1


# ===== The rules of the cache =====


def test_callers_at_the_same_time_share_one_call(clock: Time, background: ThreadPoolExecutor) -> None:
    counter, go = Counter(), threading.Event()

    def fetch() -> int:
        go.wait(10)
        return counter()

    asked = [background.submit(custom.get_entry, fetch) for _ in range(16)]
    go.set()
    assert {one.result() for one in asked} == {1}


def test_stacked_fetches_run_at_the_same_time(lambda_cache_values: Values, context: LambdaContext) -> None:
    lambda_cache_values.ssm["/app/var"] = "x"
    both = threading.Barrier(2)

    def first() -> int:
        both.wait(10)
        return 1

    async def second() -> int:
        await asyncio.to_thread(both.wait, 10)
        return 2

    @custom.cache(first)
    @custom.cache(second, entry_name="other")
    @ssm.cache("/app/var")
    def handler(event: object, context: LambdaContext) -> object:
        return context.first, context.other, context.var

    assert handler({}, context) == (1, 2, "x")


class DownError(Exception):
    """The error of an API."""


def test_an_exception_is_the_users_own_and_never_kept(clock: Time, context: LambdaContext) -> None:
    raised: list[DownError] = []

    def fetch() -> int:
        if not raised:
            raised.append(DownError("no"))
            raise raised[0]
        return 7

    @custom.cache(fetch, entry_name="rates")
    def handler(event: object, context: LambdaContext) -> object:
        return context.rates

    with pytest.raises(DownError) as caught:
        handler({}, context)
    assert caught.value is raised[0]
    assert context.added() == set()
    assert handler({}, context) == 7


@pytest.mark.parametrize(
    ("failure", "is_served"),
    [
        (DownError("no"), True),
        (TimeoutError(), True),
        (exceptions.UnavailableError("x"), True),
        (exceptions.NotFoundError("gone"), False),
        (exceptions.AccessDeniedError("no"), False),
    ],
)
def test_stale_value_is_served_if_the_fetch_fails(
    clock: Time, caplog: pytest.LogCaptureFixture, failure: Exception, is_served: bool
) -> None:
    failing: list[Exception] = []

    def fetch() -> str:
        if failing:
            raise failing[0]
        return "old"

    custom.get_entry(fetch)
    failing.append(failure)
    clock.advance(61)
    with pytest.raises(type(failure)):
        custom.get_entry(fetch)
    if is_served:
        assert custom.get_entry(fetch, stale_if_error_in_seconds=60) == "old"
        assert "serving a value of custom" in caplog.text
    else:
        with pytest.raises(type(failure)):
            custom.get_entry(fetch, stale_if_error_in_seconds=60)


def test_an_invocation_does_not_wait_beyond_its_deadline(clock: Time) -> None:
    release = threading.Event()

    @custom.cache(release.wait, entry_name="waited")
    def handler(event: object, context: LambdaContext) -> None: ...

    began = wall.monotonic()
    with pytest.raises(exceptions.UnavailableError, match=r"Event\.wait.*ms that the invocation had left"):
        handler({}, LambdaContext(remaining_milliseconds=300))
    assert wall.monotonic() - began < 5
    release.set()


def test_refresh_on_error_refreshes_it_too(clock: Time, context: LambdaContext) -> None:
    counter = Counter()

    @refresh_on_error(DownError)
    @custom.cache(counter)
    def handler(event: object, context: LambdaContext) -> object:
        if context.count == 1:
            raise DownError
        return context.count

    assert handler({}, context) == 2


def test_concurrent_callables_keep_separate_entries(
    clock: Time, context: LambdaContext, background: ThreadPoolExecutor
) -> None:
    def ask(number: int) -> bool:
        return custom.get_entry(lambda: number) == number

    counter = Counter()

    @custom.cache(counter)
    def handler(event: object, context: LambdaContext) -> object:
        return context.count

    assert handler({}, context) == 1
    assert all(background.map(ask, range(3000)))  # more than are known at a time
    assert custom.get_entry(counter) == handler({}, context), "what a decorator holds stays known"


# ===== Async, contexts, recursion =====


def test_an_async_fetch_runs_on_the_loop_of_an_async_handler(clock: Time, context: LambdaContext) -> None:
    loops: list[object] = []

    async def fetch() -> int:
        await asyncio.sleep(0)
        loops.append(asyncio.get_running_loop())
        return len(loops)

    @custom.cache(fetch)
    async def handler(event: object, context: LambdaContext) -> object:
        assert await custom.aget_entry(fetch, max_age_in_seconds=0) == 2
        return context.fetch, asyncio.get_running_loop()

    seen: Any = asyncio.run(handler({}, context))
    assert seen == (1, loops[0])
    assert loops[0] is loops[1]


def test_async_fetch_in_sync_handler_has_a_separate_loop(clock: Time, context: LambdaContext) -> None:
    async def fetch() -> str:
        await asyncio.sleep(0)
        return "x"

    @custom.cache(fetch)
    def handler(event: object, context: LambdaContext) -> object:
        return context.fetch

    assert handler({}, context) == "x"
    custom.invalidate(fetch)

    async def blocks_its_loop() -> object:
        return custom.get_entry(fetch)

    assert asyncio.run(blocks_its_loop()) == "x"


TENANT: contextvars.ContextVar[str] = contextvars.ContextVar("tenant", default="nobody")


@pytest.mark.parametrize("is_async", [False, True])
def test_fetch_sees_the_callers_context_variables(clock: Time, is_async: bool) -> None:
    TENANT.set("shop")
    if is_async:
        assert asyncio.run(custom.aget_entry(lambda: TENANT.get())) == "shop"
    else:
        assert custom.get_entry(lambda: TENANT.get()) == "shop"


def test_fetch_may_read_other_entries_but_not_its_own(lambda_cache_values: Values) -> None:
    lambda_cache_values.ssm["/app/token"] = "t0k3n"

    def outer() -> object:
        return custom.get_entry(inner), ssm.get_entry("/app/token")

    def inner() -> object:
        return ssm.get_entry("/app/token")

    def itself() -> object:
        return custom.get_entry(itself)

    assert custom.get_entry(outer) == ("t0k3n", "t0k3n")
    with pytest.raises(exceptions.ArgumentValueError, match="the very entry"):
        custom.get_entry(itself)


# ===== Arguments =====


def test_unnamed_callable_needs_an_entry_name(clock: Time, context: LambdaContext) -> None:
    with pytest.warns(exceptions.LambdaCacheWarning, match="no name to call the entry by"):

        @custom.cache(lambda: 1)
        def handler(event: object, context: LambdaContext) -> None: ...

    with pytest.raises(exceptions.NoEntryNameError):
        handler({}, context)

    @custom.cache(lambda: 1, entry_name="one")
    def named(event: object, context: LambdaContext) -> object:
        return context.one

    assert named({}, context) == 1
    assert custom.get_entry(lambda: 2) == 2


def test_uncallable_argument_is_refused(clock: Time) -> None:
    with pytest.raises(exceptions.ArgumentTypeNotSupportedError, match="callable without arguments, given: str"):
        custom.get_entry("/app/var")  # type: ignore[call-overload]
    with pytest.raises(TypeError):
        custom.get_entry(str.lower)  # type: ignore[arg-type]


# ===== The worked examples: DynamoDB and an HTTP API =====


def test_an_item_of_dynamodb(moto: Aws, client: Callable[[str], Any], clock: Time, context: LambdaContext) -> None:
    moto.reset()
    made = client("dynamodb")
    made.create_table(
        TableName="settings",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    made.put_item(TableName="settings", Item={"id": {"S": "shop"}, "greeting": {"S": "hello"}})
    resource: Any = boto3
    table = resource.resource("dynamodb", endpoint_url=moto.url, **_keys(made)).Table("settings")

    def settings() -> dict[str, Any]:
        return dict(table.get_item(Key={"id": "shop"})["Item"])

    @custom.cache(fetch=settings, max_age_in_seconds=300)
    def handler(event: object, context: LambdaContext) -> object:
        return context.settings["greeting"]

    assert handler({}, context) == "hello"
    made.put_item(TableName="settings", Item={"id": {"S": "shop"}, "greeting": {"S": "good evening"}})
    assert handler({}, context) == "hello"
    clock.advance(300)
    assert handler({}, context) == "good evening"


def _keys(made: Any) -> dict[str, str]:
    return {"region_name": made.meta.region_name, "aws_access_key_id": "x", "aws_secret_access_key": "x"}


@pytest.fixture
def rates() -> Iterator[tuple[str, list[int]]]:
    """An HTTP API that answers with the statuses of a list, then with 200."""
    statuses: list[int] = []

    class Api(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(statuses.pop(0) if statuses else 200)
            self.end_headers()
            self.wfile.write(b'{"EUR": 1.08}')

        def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", statuses
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_http_api(rates: tuple[str, list[int]], clock: Time, context: LambdaContext) -> None:
    url, statuses = rates

    def exchange_rates() -> Any:
        with urlopen(url, timeout=3) as answer:
            return json.load(answer)

    @custom.cache(exchange_rates, entry_name="rates", max_age_in_seconds=300, stale_if_error_in_seconds=3600)
    def handler(event: object, context: LambdaContext) -> object:
        return context.rates["EUR"]

    assert handler({}, context) == 1.08
    statuses.append(503)
    clock.advance(301)
    assert handler({}, context) == 1.08, "an older rate, and a warning"
    statuses.append(503)
    clock.advance(3600)
    with pytest.raises(HTTPError):
        handler({}, context)


def test_values_that_a_test_supplies_leave_custom_entries_alone() -> None:
    counter = Counter()
    with testing.values():
        assert custom.get_entry(counter) == 1
    with testing.values():
        assert custom.get_entry(counter) == 2, "the cache of each test is empty at first"
