"""Runs a demo's functions and shows the values and the AWS requests of each invocation."""

from __future__ import annotations

import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeAlias, cast

from examples.demo import scenario, table
from tests.fakes.aws import Aws
from tests.fakes.proxy import Call, Proxy
from tests.fakes.runtime_api import Invocation


class Invocable(Protocol):
    """A function that runs."""

    def invoke(self, event: object = None) -> Invocation:
        """Invokes it once."""
        ...

    def output(self) -> str:
        """Returns the output so far."""
        ...


Start: TypeAlias = "Callable[[str, dict[str, str]], AbstractContextManager[Invocable]]"
"""Runs the function of that name with that environment, until the block ends."""


def show(heading: str, sections: Sequence[scenario.Section], start: Start) -> int:
    """Runs every section; the exit code is 1 if any invocation is not as expected."""
    bad = total = 0
    with Aws() as aws, Proxy(aws.url) as proxy, tempfile.TemporaryDirectory(prefix="lambda-cache-demo-") as folder:
        scenario.fill(aws)
        table.title(heading)
        environment = aws.environment(proxy.url) | {"LAMBDA_CACHE_DIR": folder}
        for section in sections:
            with start(section.handler, environment) as function:
                bad += _run(section, function, aws, proxy)
            total += len(section.steps)
    table.summary(f"{total - bad} of {total} invocations as expected.", good=not bad)
    return 1 if bad else 0


def main(demo: Callable[[], int]) -> None:
    """Exits with the demo's code, after ending every process that the demo started."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        sys.exit(demo())
    except KeyboardInterrupt:
        print("\ninterrupted")
        sys.exit(130)


def _run(section: scenario.Section, function: Invocable, aws: Aws, proxy: Proxy) -> int:
    """Invokes one function, and returns how many of its rows are not as expected."""
    bad = 0
    for number, step in enumerate(section.steps):
        if step.before:
            step.before(aws)
        proxy.reset()
        invocation = function.invoke(step.event)
        calls = _calls(proxy.calls)
        good = invocation.error is None and invocation.response == step.sees and calls == step.calls
        expected = None if good else f"{_value(step.sees)}; {step.calls}"
        name = "" if number else section.handler
        table.row(name, step.title, _seen(invocation), calls, invocation.milliseconds, expected)
        bad += not good
    if bad and (output := function.output().strip()):
        print(f"Printed by {section.handler}:\n{output}", file=sys.stderr)
    return bad


def _calls(calls: Iterable[Call]) -> str:
    """Returns `GetParameter`, `2 x GetParameter`, `GetObject (304), GetParameter`, or `none`."""
    names = Counter(call.operation if call.status == 200 else f"{call.operation} ({call.status})" for call in calls)
    return ", ".join(name if count == 1 else f"{count} x {name}" for name, count in sorted(names.items())) or "none"


def _seen(invocation: Invocation) -> str:
    if invocation.error is None:
        return _value(invocation.response)
    return f"{invocation.error.get('errorType')}: {invocation.error.get('errorMessage')}"


def _value(value: object) -> str:
    """Returns a dictionary as `name=value`, to keep the table narrow, and anything else as it is written in Python."""
    if isinstance(value, dict):
        return " ".join(f"{name}={item!r}" for name, item in cast("dict[str, object]", value).items())
    return repr(value)


def _end(number: int, _: object) -> None:
    """Ends the demo after a signal, as after any other end."""
    sys.exit(128 + number)
