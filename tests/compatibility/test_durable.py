"""Durable functions: aws-durable-execution-sdk-python, in the runner of its testing package."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import exceptions, refresh_on_error, secrets_manager, ssm

pytest.importorskip("aws_durable_execution_sdk_python_testing")

from aws_durable_execution_sdk_python.config import Duration, MapConfig, StepConfig
from aws_durable_execution_sdk_python.context import (
    DurableContext,
    StepContext,
    durable_step,
    durable_with_child_context,
)
from aws_durable_execution_sdk_python.execution import durable_execution
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig, create_retry_strategy
from aws_durable_execution_sdk_python_testing import DurableFunctionTestRunner

from tests import faults
from tests.context import LambdaContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_cache.testing import Values

    from tests.account import Account
    from tests.fakes.proxy import Proxy


def run(handler: Callable[..., Any], event: object = "x") -> Any:
    with DurableFunctionTestRunner(handler=handler, poll_interval=0.01) as runner:
        return runner.run(input=json.dumps(event), execution_timeout=30)


@pytest.fixture
def values(lambda_cache_values: Values) -> Values:
    lambda_cache_values.ssm["/app/var"] = "value"
    lambda_cache_values.ssm["/app/state"] = "value"
    lambda_cache_values.secrets["/prod/login"] = '{"user": "shop"}'
    return lambda_cache_values


def test_an_entry_below_is_on_the_durable_context(values: Values) -> None:
    seen: list[object] = []

    @durable_execution
    @ssm.cache("/app/var")
    @secrets_manager.cache("/prod/login", transform="json")
    def handler(event: Any, context: Any) -> object:
        seen.append((context.var, context.login["user"]))
        context.wait(Duration.from_seconds(1))
        return context.step(lambda _: [event, context.var], name="use")

    result = run(handler)
    assert (result.status.value, json.loads(result.result)) == ("SUCCEEDED", ["x", "value"])
    assert seen == [("value", "shop")] * 2, "it is replayed after the wait"
    assert len(values.calls) == 2, "and finds the entries in the cache"


def test_value_read_outside_a_step_may_change_on_replay(values: Values) -> None:
    seen: list[str] = []

    @durable_execution
    @ssm.cache("/app/var", max_age_in_seconds=0)
    def handler(_event: Any, context: Any) -> list[str]:
        inside = context.step(lambda _: ssm.get_entry("/app/var", max_age_in_seconds=0), name="read")
        seen.append(context.var)
        values.ssm["/app/var"] = "changed"
        context.wait(Duration.from_seconds(1))
        return [inside, context.var]

    result = run(handler)
    assert json.loads(result.result) == ["value", "changed"]
    assert seen == ["value", "changed"]


@pytest.mark.parametrize("name", ["state", "step", "wait", "map", "parallel", "invoke", "logger", "lambda_context"])
def test_an_attribute_of_the_durable_context_is_refused(name: str, values: Values) -> None:
    values.ssm[f"/app/{name}"] = "value"

    @durable_execution
    @ssm.cache(f"/app/{name}")
    def handler(_event: Any, _context: Any) -> str:
        return "reached"

    result = run(handler)
    assert result.status.value == "FAILED"
    assert f'"{name}"' in result.error.message
    assert f"my_{name}" in result.error.message
    assert values.calls == []


def test_an_error_below_ends_the_execution(account: Account, proxy: Proxy) -> None:
    proxy.fail_next.append(faults.json_error("AccessDeniedException"))

    @durable_execution
    @ssm.cache("/app/var")
    def handler(_event: Any, _context: Any) -> str:
        return "reached"

    account.put_parameter("/app/var", "value")
    result = run(handler)
    assert (result.status.value, result.error.type.rpartition(".")[2]) == ("FAILED", "AccessDeniedError")


def test_an_error_above_is_tried_again(account: Account, proxy: Proxy) -> None:
    proxy.fail_next.append(faults.json_error("AccessDeniedException"))
    account.put_parameter("/app/var", "value")

    @durable_execution
    def durable(_event: Any, context: Any) -> str:
        return context.step(lambda _: ssm.get_entry("/app/var"), name="read")

    def handler(event: Any, context: Any) -> Any:
        ssm.get_entry("/app/var")
        return durable(event, context)

    result = run(handler)
    assert (result.status.value, json.loads(result.result)) == ("SUCCEEDED", "value")


def test_a_decorator_above_puts_it_on_lambdas_context(values: Values) -> None:
    del values
    seen: list[str] = []

    @ssm.cache("/app/var")
    @durable_execution
    def handler(_event: Any, context: Any) -> None:
        seen.append(context.lambda_context.var)

    def with_attributes(event: Any, _context: Any) -> Any:
        return handler(event, LambdaContext())

    assert run(with_attributes).status.value == "SUCCEEDED"
    assert seen == ["value"]
    with pytest.raises(exceptions.ContextError, match="takes no attributes"):
        run_directly(handler)


def run_directly(handler: Callable[..., Any]) -> Any:
    from aws_durable_execution_sdk_python_testing.invoker import create_test_lambda_context

    return handler({}, create_test_lambda_context())


def test_the_deadline_of_a_durable_function_is_kept(account: Account, proxy: Proxy) -> None:
    account.put_parameter("/app/var", "value")

    @durable_execution
    @ssm.cache("/app/var")
    def handler(_event: Any, _context: Any) -> str:
        return "reached"

    with proxy.hold():
        result = run(lambda event, _context: handler(event, LambdaContext(remaining_milliseconds=200)))
    assert "within the 180 ms that the invocation had left" in result.error.message


def above(function: Any) -> Any:
    return refresh_on_error(ValueError)(durable_execution(function))


def above_with_an_entry(function: Any) -> Any:
    return refresh_on_error(ssm.cache("/app/var")(durable_execution(function)))


def below_with_an_annotation(function: Any) -> Any:
    function.__annotations__["context"] = "DurableContext"
    return durable_execution(refresh_on_error(ssm.cache("/app/var")(function)))


@pytest.mark.parametrize("decorate", [above, above_with_an_entry, below_with_an_annotation])
def test_refresh_on_error_is_refused_when_it_is_decorated(decorate: Any, values: Values) -> None:
    del values

    def handler(event: Any, context: Any) -> None:
        raise AssertionError("not reached")

    with pytest.warns(exceptions.LambdaCacheWarning, match="durable function"):
        decorated = decorate(handler)
    if decorate is below_with_an_annotation:
        assert "retry_strategy" in run(decorated).error.message
    else:
        with pytest.raises(exceptions.ContextError, match="retry_strategy"):
            decorated({}, object())


@pytest.mark.parametrize("with_entry", [False, True])
def test_refresh_on_error_below_is_refused_at_the_call(with_entry: bool, values: Values) -> None:
    del values
    calls: list[object] = []

    def body(_event: Any, context: Any) -> None:
        calls.append(context)

    decorated = refresh_on_error(ssm.cache("/app/var")(body) if with_entry else body)
    assert "retry_strategy" in run(durable_execution(decorated)).error.message
    assert calls == []


def test_refresh_on_error_works_in_a_step(values: Values) -> None:
    tried: list[str] = []

    @refresh_on_error(PermissionError)
    def connect() -> str:
        password = ssm.get_entry("/app/var")
        tried.append(password)
        if password == "value":
            values.ssm["/app/var"] = "rotated"
            raise PermissionError
        return "connected"

    @durable_execution
    def handler(_event: Any, context: DurableContext) -> str:
        return context.step(lambda _: connect(), name="connect")

    assert json.loads(run(handler).result) == "connected"
    assert tried == ["value", "rotated"]


# ===== Handlers of every operation, after those of the SDK's own conformance tests =====


def mapped(event: Any, context: Any) -> Any:
    results = context.map(
        ["a", "b"], lambda _ctx, item, _index, _items: item.upper(), name="map", config=MapConfig(max_concurrency=1)
    )
    context.wait(Duration.from_seconds(1))
    return [event, *results.get_results()]


@durable_step
def unreliable(step_context: StepContext, value: str) -> str:
    if step_context.attempt < 2:
        raise RuntimeError("the first attempt fails")
    return value


@durable_with_child_context
def child(ctx: DurableContext, value: str) -> str:
    ctx.wait(Duration.from_seconds(1))
    strategy = create_retry_strategy(RetryStrategyConfig(max_attempts=3, retryable_error_types=[RuntimeError]))
    return ctx.step(unreliable(value), config=StepConfig(retry_strategy=strategy))


def nested(event: Any, context: Any) -> Any:
    return [event, context.run_in_child_context(child("child"), name="child")]


def parallel(event: Any, context: Any) -> Any:
    branches = [lambda ctx, n=n: ctx.step(lambda _: n, name=f"step-{n}") for n in range(3)]
    return [event, *context.parallel(branches, name="parallel").get_results()]


def polling(event: Any, context: Any) -> Any:
    polls = 0
    while not context.step(lambda _, polls=polls: polls >= 2, name=f"poll-{polls}"):
        polls += 1
        context.wait(Duration.from_seconds(1))
    return [event, polls]


@pytest.mark.parametrize("body", [mapped, nested, parallel, polling])
def test_a_handler_gives_the_same_with_our_decorators(body: Callable[..., Any], values: Values) -> None:
    plain = run(durable_execution(body))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        decorated = run(durable_execution(ssm.cache("/app/var")(secrets_manager.cache("/prod/login")(body))))
    assert plain.status.value == "SUCCEEDED"
    assert (decorated.status, decorated.result) == (plain.status, plain.result)
    assert len(values.calls) == 2
