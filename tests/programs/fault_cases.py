"""Runs cases of faults, each in a separate thread, and prints their outcomes: never a value, only its name.

The first line of standard input has the cases. Each further line is a round: `warm` reads what is to be refreshed
later, `go` comes when the faults are armed, `again` when they are over. A round is answered by a line of outcomes.
"""

import json
import logging
import sys
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from lambda_cache import s3, secrets_manager, ssm, testing
from lambda_cache.exceptions import LambdaCacheError

logging.basicConfig(level=1)
MORE_THAN_THE_LONGEST_PAUSE = 31
A_MAX_AGE = 60


class Context:
    """The context of an invocation."""


class HurriedContext:
    """The context of an invocation that ends soon."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        """As Lambda's."""
        return max(0, int((self._end - time.monotonic()) * 1000))


class Case:
    """One entry at which a fault strikes, and the handler that reads it."""

    def __init__(
        self, name: str, source: str, contents: dict[str, str], stale: bool, deadline: "float | None", warm: bool
    ) -> None:
        self.name, self.source, self.contents, self.deadline, self.warm = name, source, contents, deadline, warm
        self.entry_name = name.rpartition("/")[2]
        self.handler = self._decorator(3_600 if stale else 0)(self._handler)

    def _decorator(self, stale_if_error_in_seconds: float) -> "Callable[[Any], Any]":
        age, name = stale_if_error_in_seconds, self.name
        if self.source == "parameter":
            return ssm.cache(name, stale_if_error_in_seconds=age)
        if self.source == "parameters":
            return ssm.cache([name, f"{name}-beside"], A_MAX_AGE, self.entry_name, stale_if_error_in_seconds=age)
        if self.source == "path":
            return ssm.cache(path=name, stale_if_error_in_seconds=age)
        if self.source == "secret":
            return secrets_manager.cache(name, stale_if_error_in_seconds=age)
        return s3.cache(name, stale_if_error_in_seconds=age)

    def _handler(self, event: object, context: Any) -> str:
        value = getattr(context, self.entry_name)
        if self.source == "parameters":
            return str(value[self.entry_name])
        if self.source == "path":
            first, second = value["first"], value["second/third"]
            return str(first) if first == second else f"{first} and {second}"
        return Path(value).read_text() if self.source == "object" else str(value)

    def run(self) -> dict[str, object]:
        """Returns the outcome of one invocation."""
        context = Context() if self.deadline is None else HurriedContext(self.deadline)
        began, errors = time.monotonic(), ""
        try:
            value = self.handler({}, context)
            outcome = next((which for which, content in self.contents.items() if content == value), "something else")
        except LambdaCacheError as error:
            outcome, errors = error.Code, shown(error)
        return {"name": self.name, "outcome": outcome, "seconds": time.monotonic() - began, "errors": errors}


def shown(error: BaseException) -> str:
    """Returns everything that a log could contain of an error and its causes."""
    text = "".join(traceback.TracebackException.from_exception(error).format())
    chain: BaseException | None = error
    while chain is not None:
        text += f"{chain!r} {chain} {chain.args} {vars(chain)}"
        chain = chain.__cause__ or chain.__context__
    return text


cases = [Case(**case) for case in json.loads(sys.stdin.readline())]
with ThreadPoolExecutor(len(cases)) as pool, testing.time() as clock:
    for line in sys.stdin:
        wanted = [case for case in cases if case.warm] if line.strip() == "warm" else cases
        outcomes = list(pool.map(Case.run, wanted))
        print(json.dumps(outcomes), flush=True)
        clock.advance(A_MAX_AGE if line.strip() == "warm" else MORE_THAN_THE_LONGEST_PAUSE)
