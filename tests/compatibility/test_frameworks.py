"""`refresh_on_error` in web frameworks and batches: where it acts, and where the error never reaches it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import refresh_on_error, secrets_manager

from tests.context import LambdaContext

pytest.importorskip("aws_lambda_powertools")

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_cache.testing import Values

fastapi: Any = pytest.importorskip("fastapi")
flask: Any = pytest.importorskip("flask")
mangum: Any = pytest.importorskip("mangum")
apig_wsgi: Any = pytest.importorskip("apig_wsgi")

REQUEST = {
    "version": "2.0",
    "routeKey": "$default",
    "rawPath": "/",
    "rawQueryString": "",
    "headers": {"host": "x"},
    "requestContext": {
        "http": {"method": "GET", "path": "/", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"},
        "domainName": "x",
        "stage": "$default",
    },
    "isBase64Encoded": False,
}
RECORD = {"messageId": "1", "body": "a", "eventSource": "aws:sqs", "attributes": {}, "messageAttributes": {}}


def connect() -> str:
    password = secrets_manager.get_entry("/prod/db", max_age_in_seconds=3600)
    if password == "old":
        raise PermissionError
    return "connected"


def by_fastapi(route: Callable[[], str]) -> Callable[..., Any]:
    app = fastapi.FastAPI()
    app.get("/")(route)
    return mangum.Mangum(app, lifespan="off")


def by_flask(route: Callable[[], str]) -> Callable[..., Any]:
    app = flask.Flask(__name__)
    app.get("/")(lambda: json.dumps(route()))
    return apig_wsgi.make_lambda_handler(app.wsgi_app)


def by_a_resolver(route: Callable[[], str]) -> Callable[..., Any]:
    app = APIGatewayHttpResolver()
    app.get("/")(route)
    app.exception_handler(PermissionError)(lambda _error: Response(403, body="refused"))
    return app.resolve


def by_a_batch(route: Callable[[], str]) -> Callable[..., Any]:
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def record_handler(record: object) -> str:
        del record
        return route()

    def handler(_event: object, context: Any) -> object:
        event = {"Records": [RECORD]}
        return process_partial_response(event, record_handler, processor, context)

    return handler


def succeeded(answer: Any) -> bool:
    failures = answer.get("batchItemFailures")
    return "connected" in answer["body"] if failures is None else failures == []


@pytest.fixture
def rotated(lambda_cache_values: Values) -> Values:
    """A secret that has been rotated since it was cached."""
    lambda_cache_values.secrets["/prod/db"] = "old"
    assert secrets_manager.get_entry("/prod/db", max_age_in_seconds=3600) == "old"
    lambda_cache_values.secrets["/prod/db"] = "new"
    return lambda_cache_values


FRAMEWORKS = [by_fastapi, by_flask, by_a_resolver, by_a_batch]


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_refresh_on_error_acts_below_a_framework(framework: Any, rotated: Values) -> None:
    handler = framework(refresh_on_error(PermissionError)(connect))
    assert succeeded(handler(REQUEST, LambdaContext()))
    assert rotated.count("/prod/db") == 2


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_refresh_on_error_above_a_framework_sees_no_error(framework: Any, rotated: Values) -> None:
    handler = refresh_on_error(PermissionError)(framework(connect))
    assert not succeeded(handler(REQUEST, LambdaContext()))
    assert rotated.count("/prod/db") == 1
