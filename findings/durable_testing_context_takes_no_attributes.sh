#!/usr/bin/env bash
# aws-durable-execution-sdk-python-testing 1.4.0 (with aws-durable-execution-sdk-python 3.0.0, awslambdaric 4.2.2).
#
# The context that the testing package's runner hands to a handler is a frozen dataclass, so no attribute can be set on it.
# Lambda's own context, awslambdaric's LambdaContext, takes attributes, and middleware relies on it: a decorator above
# @durable_execution that sets an attribute on the context works in Lambda and raises FrozenInstanceError under the runner.
# A stand-in for Lambda's context should not be stricter than the context itself.
#
# Output:
#   awslambdaric: set
#   testing package: FrozenInstanceError
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check aws-durable-execution-sdk-python==3.0.0 \
    aws-durable-execution-sdk-python-testing==1.4.0 awslambdaric==4.2.2
"$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/seen"
from aws_durable_execution_sdk_python import durable_execution
from aws_durable_execution_sdk_python_testing import DurableFunctionTestRunner
from awslambdaric.lambda_context import LambdaContext


def attempt(context):
    try:
        context.tenant_settings = {}
    except Exception as error:
        return type(error).__name__
    return "set"


@durable_execution
def durable(event, context):
    return event


def handler(event, context):
    seen.append(attempt(context))
    return durable(event, context)


seen = []
print("awslambdaric:", attempt(LambdaContext("id", None, None, 0, None)))
with DurableFunctionTestRunner(handler=handler, poll_interval=0.01) as runner:
    runner.run(input="{}", execution_timeout=30)
print("testing package:", seen[0])
PYTHON
diff "$folder/seen" - <<'EXPECTED'
awslambdaric: set
testing package: FrozenInstanceError
EXPECTED
