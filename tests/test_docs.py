"""Runs every Python example of README.md and of the pages below docs/ as a separate test.

An example is a block fenced by ```` ```python ````. It is run from top to bottom with `json` and `do_something` (which
returns what it was given) at hand, so each must be complete in itself. Then its handler is called with an event and a
fake Lambda context: the function named `handler`, or else the last function that the block defines; an `async def` one
is awaited. A block that defines functions named `test_...` is a test file instead: each of those is called, with the
fixture `lambda_cache_values` if it asks for it. A block without functions is just run.

An HTML comment directly above the block, invisible to readers, supplies what the example needs, as the keyword
arguments of a Python call with literal values:

    <!-- test: ssm={"/app/var": "x"}, returns="x" -->

    ssm, secrets, s3   the values in AWS, as `lambda_cache.testing.values` takes them
    dynamodb           tables with their items, in a DynamoDB stand-in; the key is `id`
    needs              modules of other packages; without them the block is left to `make compatibility`
    body               what the JSON in the body of the handler's HTTP answer must be
    durable            what the handler's durable execution must end with, in the runner of the SDK's testing package
    event              what the handler gets as its event; {} if left out
    returns            what the handler must return; not looked at if left out
    raises             the name of the exception that the block or its handler must end with

`/tmp/` in a block stands for the folder of downloads, which is a temporary one here. Nothing reaches AWS.
"""

from __future__ import annotations

import ast
import asyncio
import importlib
import importlib.util
import inspect
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import testing

from tests.context import LambdaContext
from tests.fakes.function import Function

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_cache.testing import Values

    from tests.fakes.aws import Aws
    from tests.fakes.runtime_api import Invocation

REPOSITORY = Path(__file__).parents[1]
DOCUMENTS = [
    REPOSITORY / "README.md",
    # Those to get started are followed as a whole, by test_get_started.py.
    *sorted(page for page in REPOSITORY.glob("docs/**/*.md") if page.parent.name != "get-started"),
]

BLOCK = re.compile(
    r"(?:^<!-- test: (?P<given>.*?) -->\n+)?^```python(?: [^\n]*)?\n(?P<source>.*?)^```$", re.DOTALL | re.MULTILINE
)
KEYWORDS = {"ssm", "secrets", "s3", "dynamodb", "needs", "event", "returns", "raises", "body", "durable"}


@dataclass(frozen=True)
class Example:
    """One block, and what the comment above it supplies."""

    document: Path
    line: int
    source: str
    given: dict[str, Any] = field(default_factory=dict[str, Any])

    def __str__(self) -> str:
        return f"{self.document.name}:{self.line}"


def examples_in(document: Path, text: str) -> Iterator[Example]:
    """The blocks of a document."""
    for match in BLOCK.finditer(text):
        line = text.count("\n", 0, match.start("source")) + 1
        yield Example(document, line, match["source"], keywords(match["given"] or ""))


def keywords(call: str) -> dict[str, Any]:
    """The literal keyword arguments of a comment."""
    parsed = ast.parse(f"given({call})", mode="eval").body
    assert isinstance(parsed, ast.Call)
    given = {keyword.arg or "**": ast.literal_eval(keyword.value) for keyword in parsed.keywords}
    assert not parsed.args, f"not a keyword argument: {call}"
    assert set(given) <= KEYWORDS, f"not one of {sorted(KEYWORDS)}: {call}"
    return given


def do_something(*values: object) -> object:
    """Stands for the work of a handler."""
    return values[0] if len(values) == 1 else values


def run(example: Example, fake: Values, folder: Path, context: object = None) -> object:
    """Runs the block, then its functions. Returns its handler's result, not awaited if a context is given."""
    source = "\n" * (example.line - 1) + example.source.replace("/tmp/", f"{folder}/")
    namespace: dict[str, Any] = {"__name__": "example", "json": json, "do_something": do_something}
    exec(compile(source, str(example.document), "exec"), namespace)
    functions = [
        value for value in namespace.values() if isinstance(value, FunctionType) and value.__module__ == "example"
    ]
    tests = [function for function in functions if function.__name__.startswith("test_")]
    for test in tests:
        test(**{name: fake for name in inspect.signature(test).parameters if name == "lambda_cache_values"})
    if tests or not functions:
        return None
    handler = namespace.get("handler", functions[-1])
    if "durable" in example.given:
        return durably(handler)
    answer = handler(example.given.get("event", {}), context or LambdaContext())
    if context is not None:
        return answer
    return asyncio.run(answer) if inspect.iscoroutine(answer) else answer


def durably(handler: Callable[..., Any]) -> object:
    """Returns what a durable function's execution ends with."""
    runners: Any = importlib.import_module("aws_durable_execution_sdk_python_testing")
    with runners.DurableFunctionTestRunner(handler=handler, poll_interval=0.01) as runner:
        result = runner.run(input="{}", execution_timeout=30)
    assert result.status.value == "SUCCEEDED", result.error
    return json.loads(result.result)


EXAMPLES = [example for document in DOCUMENTS for example in examples_in(document, document.read_text())]


def fill(dynamodb: Any, tables: dict[str, list[dict[str, str]]]) -> None:
    """Makes the tables, and puts their items into them."""
    key = {"AttributeName": "id"}
    for name, items in tables.items():
        dynamodb.create_table(
            TableName=name,
            KeySchema=[key | {"KeyType": "HASH"}],
            AttributeDefinitions=[key | {"AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        for item in items:
            dynamodb.put_item(TableName=name, Item={field: {"S": value} for field, value in item.items()})


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_of_the_documents_works(
    example: Example, folder: Path, moto: Aws, client: Callable[[str], Any]
) -> None:
    for module in example.given.get("needs", ()):
        pytest.importorskip(module, reason=f"`make compatibility` has {module}")
    if "dynamodb" in example.given:
        moto.reset()
        fill(client("dynamodb"), example.given["dynamodb"])
    supplied = {name: example.given[name] for name in ("ssm", "secrets", "s3") if name in example.given}
    with testing.values(**supplied) as fake:
        if "raises" in example.given:
            with pytest.raises(Exception, match=r".*") as caught:
                run(example, fake, folder)
            assert example.given["raises"] in {base.__name__ for base in type(caught.value).__mro__}
            return
        returned = run(example, fake, folder)
        for name in {"returns", "durable"} & set(example.given):
            assert returned == example.given[name]
        if "body" in example.given:
            assert json.loads(returned["body"]) == example.given["body"]  # type: ignore[index]


def has_packages(example: Example) -> bool:
    """Returns whether the packages that the example needs are installed."""
    return all(importlib.util.find_spec(module) for module in example.given.get("needs", ()))


def body_of(response: Any) -> str:
    """Returns the body of an HTTP response that a handler returned."""
    return str(response["body"])


def is_expected(example: Example, answer: Invocation) -> bool:
    """Returns whether the runtime client answered as the example says."""
    given = example.given
    if answer.error is not None or "raises" in given:
        return answer.error is not None and answer.error["errorType"] == given.get("raises")
    if "body" in given:
        return bool(json.loads(body_of(answer.response)) == given["body"])
    expected = json.loads(json.dumps(given.get("returns"), default=bytes.decode))
    return "returns" not in given or answer.response == expected


def under_runtime_client(function: Function, example: Example, folder: Path) -> Invocation:
    """Returns the runtime client's answer to an example."""
    block = {"document": str(example.document), "line": example.line, "source": example.source}
    return function.invoke(block | {"given": repr(example.given), "folder": str(folder)})


@pytest.fixture
def function(moto: Aws, folder: Path) -> Iterator[Function]:
    """A Lambda function that runs the example in its event."""
    environment = moto.environment(moto.url) | {"PYTHONPATH": str(REPOSITORY), "PATH": os.environ["PATH"]}
    with Function.python("tests.programs.example_function.handler", environment, folder) as function:
        yield function


def test_examples_run_under_lambdas_runtime_client(
    function: Function, moto: Aws, folder: Path, client: Callable[[str], Any]
) -> None:
    failed: dict[str, Invocation] = {}
    for example in EXAMPLES:
        # A durable execution is many invocations, with events that only its own runner makes.
        if "durable" in example.given or not has_packages(example):
            continue
        if "dynamodb" in example.given:
            moto.reset()
            fill(client("dynamodb"), example.given["dynamodb"])
        answer = under_runtime_client(function, example, folder)
        if not is_expected(example, answer):
            failed[str(example)] = answer
    assert failed == {}
    assert sum("dynamodb" in example.given for example in EXAMPLES) > 1, "some of them ask boto3"


@pytest.mark.parametrize(("raises", "is_right"), [("NotSuppliedError", True), ("NotFoundError", False)])
def test_error_of_an_example_is_the_invocations(function: Function, folder: Path, raises: str, is_right: bool) -> None:
    source = "from lambda_cache import ssm\n\n@ssm.cache('/app/none')\ndef handler(event, context): ...\n"
    example = Example(Path("sample.md"), 1, source, {"raises": raises})
    assert is_expected(example, under_runtime_client(function, example, folder)) == is_right


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(REPOSITORY)))
def test_every_documented_example_is_run(document: Path) -> None:
    text = document.read_text()
    assert text.count("```python") == sum(example.document == document for example in EXAMPLES)


SAMPLE = """
<!-- test: ssm={"/app/var": "x"}, event={"a": 1}, returns=("x", 1) -->
```python
from lambda_cache import ssm

@ssm.cache(parameter="/app/var")
def handler(event, context):
    return do_something(context.var, event["a"])

def helper():
    raise AssertionError
```

Text.

```python title="test_app.py"
def test_it(lambda_cache_values):
    lambda_cache_values.ssm["/app/var"] = "y"
    seen.append("/tmp/")

seen = []
```

```sh
this is not Python
```

<!-- test: raises="LookupError" -->

```python
async def last(event, context):
    raise KeyError
```
"""


def test_the_examples_of_a_document_are_found_and_run(folder: Path) -> None:
    first, second, third = examples_in(Path("sample.md"), SAMPLE)
    assert (str(first), str(second), str(third)) == ("sample.md:4", "sample.md:17", "sample.md:31")
    with testing.values(ssm=first.given["ssm"]) as fake:
        assert run(first, fake, folder) == first.given["returns"] == ("x", 1)
        run(second, fake, folder)
        assert fake.ssm["/app/var"] == "y"
        with pytest.raises(KeyError):
            run(third, fake, folder)


@pytest.mark.parametrize("call", ["unknown=1", "'positional'", "ssm=name"])
def test_invalid_comment_is_refused(call: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        keywords(call)
