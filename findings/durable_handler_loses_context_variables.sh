#!/usr/bin/env bash
# aws-durable-execution-sdk-python 3.0.0, opentelemetry-sdk 1.45.2.
#
# @durable_execution runs the handler in a worker thread. Without a plugin the thread begins with empty context variables, with
# one it gets a copy of the caller's. So the span that is current around the handler (OpenTelemetry keeps it in a context
# variable) is not current in it: the handler's spans start new traces until any plugin, even one that does nothing, is
# configured. A decorator should keep the caller's context, and a plugin should not change what another plugin sees.
#
# Output:
#   plain call: child of the invocation
#   durable, no plugin: root
#   durable, a plugin that does nothing: child of the invocation
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check aws-durable-execution-sdk-python==3.0.0 \
    aws-durable-execution-sdk-python-testing==1.4.0 opentelemetry-sdk==1.45.2
"$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/seen"
from aws_durable_execution_sdk_python import durable_execution
from aws_durable_execution_sdk_python.plugin import DurableInstrumentationPlugin
from aws_durable_execution_sdk_python_testing import DurableFunctionTestRunner
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

trace.set_tracer_provider(TracerProvider())
tracer = trace.get_tracer("finding")


def body(event, context):
    with tracer.start_as_current_span("work") as span:
        return "root" if span.parent is None else "child of the invocation"


class Nothing(DurableInstrumentationPlugin):
    """Overrides no hook."""


class Factory:
    def create_plugin(self, info):
        return Nothing()


def seen(handler):
    outcome = []

    def traced(event, context):
        with tracer.start_as_current_span("invocation"):
            outcome.append(handler(event, context))
            return outcome[-1]

    with DurableFunctionTestRunner(handler=traced, poll_interval=0.01) as runner:
        result = runner.run(input="{}", execution_timeout=30)
    return result.result.strip('"')


with tracer.start_as_current_span("invocation"):
    print("plain call:", body({}, None))
print("durable, no plugin:", seen(durable_execution(body)))
print("durable, a plugin that does nothing:", seen(durable_execution(body, plugins=[Factory()])))
PYTHON
diff "$folder/seen" - <<'EXPECTED'
plain call: child of the invocation
durable, no plugin: root
durable, a plugin that does nothing: child of the invocation
EXPECTED
