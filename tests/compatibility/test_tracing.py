"""Fetches seen as spans of OpenTelemetry and as subsegments of X-Ray."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import exceptions, ssm

pytest.importorskip("opentelemetry.sdk")
pytest.importorskip("aws_xray_sdk")

from aws_xray_sdk.core import xray_recorder
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests import faults
from tests.context import LambdaContext

if TYPE_CHECKING:
    from tests.account import Account
    from tests.fakes.proxy import Proxy

exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)


@pytest.fixture
def spans() -> InMemorySpanExporter:
    exporter.clear()
    return exporter


@ssm.cache("/app/var")
@ssm.cache("/app/other")
def handler(_event: object, context: Any) -> str:
    return context.var + context.other


@pytest.fixture(autouse=True)
def parameters(account: Account) -> None:
    account.put_parameter("/app/var", "5up3r")
    account.put_parameter("/app/other", "s3cr3t")


def test_each_fetch_is_a_span_below_the_callers(spans: InMemorySpanExporter) -> None:
    with trace.get_tracer("test").start_as_current_span("invocation") as invocation:
        assert handler({}, LambdaContext()) == handler({}, LambdaContext()) == "5up3rs3cr3t"
    fetches = [span for span in spans.get_finished_spans() if span.name != "invocation"]
    assert {span.name for span in fetches} == {"fetch ssm parameter /app/var", "fetch ssm parameter /app/other"}
    assert len(fetches) == 2, "a hit is no span"
    for span in fetches:
        assert span.attributes == {
            "lambda_cache.entry": span.name.removeprefix("fetch "),
            "lambda_cache.source": "ssm",
            "lambda_cache.outcome": "fetched",
        }
        assert span.kind is trace.SpanKind.CLIENT
        assert span.parent == invocation.get_span_context()
        assert invocation.start_time <= span.start_time < span.end_time
        assert "5up3r" not in span.to_json()


def test_a_fetch_that_failed_says_so(spans: InMemorySpanExporter, proxy: Proxy) -> None:
    proxy.fail_next.append(faults.json_error("AccessDeniedException"))
    with pytest.raises(exceptions.AccessDeniedError):
        ssm.get_entry("/app/var", max_age_in_seconds=0)
    (span,) = spans.get_finished_spans()
    assert span.status.status_code is trace.StatusCode.ERROR
    assert span.attributes is not None
    assert span.attributes["lambda_cache.outcome"] == "failed"
    assert span.attributes["error.type"] == "AccessDeniedException"


def test_an_async_fetch_is_a_span_too(spans: InMemorySpanExporter) -> None:
    async def invocation() -> str:
        with trace.get_tracer("test").start_as_current_span("invocation"):
            return await ssm.aget_entry("/app/var")

    assert asyncio.run(invocation()) == "5up3r"
    fetch, outer = spans.get_finished_spans()
    assert (fetch.name, fetch.parent) == ("fetch ssm parameter /app/var", outer.get_span_context())


def test_a_fetch_is_a_subsegment_of_x_ray() -> None:
    xray_recorder.configure(sampling=False, context_missing="RUNTIME_ERROR")
    xray_recorder.begin_segment("invocation")
    ssm.get_entry("/app/var")
    ssm.get_entry("/app/var")
    segment = xray_recorder.current_segment()
    (subsegment,) = segment.subsegments
    assert (subsegment.name, subsegment.namespace) == ("lambda-cache", "remote")
    assert subsegment.annotations == {
        "lambda_cache_entry": "ssm parameter /app/var",
        "lambda_cache_source": "ssm",
        "lambda_cache_outcome": "fetched",
    }
    assert segment.start_time <= subsegment.start_time < subsegment.end_time
    xray_recorder.end_segment()


def test_without_a_segment_x_ray_is_left_alone() -> None:
    xray_recorder.configure(sampling=False, context_missing="RUNTIME_ERROR")
    assert ssm.get_entry("/app/var") == "5up3r"
