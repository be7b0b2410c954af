"""Fetches as spans of OpenTelemetry and subsegments of X-Ray. Imported only where one of them is loaded."""

import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    # The entry's key, the kind and code of the error, how many seconds ago it ended, how many seconds it took
    Fetch = tuple[str, tuple[str, str] | None, float, float]


def report(fetches: "list[Fetch]") -> None:
    """Makes a span of each fetch, below the caller's span. No span has a value."""
    now = time.time()
    opentelemetry, xray = sys.modules.get("opentelemetry.trace"), sys.modules.get("aws_xray_sdk.core")
    for key, error, ended_ago, took in fetches:
        end = now - ended_ago
        if opentelemetry is not None:
            _span(opentelemetry, key, error, end - took, end)
        if xray is not None:
            _subsegment(xray, key, error, end - took, end)


def _attributes(key: str, error: "tuple[str, str] | None") -> "dict[str, str]":
    source = key.partition(" ")[0]
    attributes = {
        "lambda_cache.entry": key,
        "lambda_cache.source": "secrets_manager" if source in ("secret", "secrets") else source,
        "lambda_cache.outcome": "failed" if error else "fetched",
    }
    return attributes | ({"error.type": error[1] or error[0]} if error else {})


def _span(trace: "Any", key: str, error: "tuple[str, str] | None", start: float, end: float) -> None:
    tracer = trace.get_tracer("lambda_cache")
    attributes = _attributes(key, error)
    span = tracer.start_span(
        f"fetch {key}", kind=trace.SpanKind.CLIENT, attributes=attributes, start_time=int(start * 1e9)
    )
    if error is not None:
        span.set_status(trace.StatusCode.ERROR, attributes["error.type"])
    span.end(int(end * 1e9))


def _subsegment(xray: "Any", key: str, error: "tuple[str, str] | None", start: float, end: float) -> None:
    recorder = xray.xray_recorder
    if not getattr(getattr(recorder.context, "_local", None), "entities", None):
        return  # no segment is open in this thread: the recorder would log an error
    subsegment = recorder.begin_subsegment("lambda-cache", namespace="remote")
    if subsegment is None:
        return
    subsegment.start_time = start
    for name, value in _attributes(key, error).items():
        subsegment.put_annotation(name.replace(".", "_"), value)
    if error is not None:
        subsegment.add_fault_flag()
    recorder.end_subsegment(end)
