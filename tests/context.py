"""A context like the one that Lambda passes to a handler."""

from __future__ import annotations

from typing import Any


class LambdaContext:
    """As much of Lambda's context object as a handler sees."""

    def __init__(self, remaining_milliseconds: int = 30_000) -> None:
        self._remaining_milliseconds = remaining_milliseconds
        self.function_name = "function"
        self.aws_request_id = "6f0c6d50-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        """Time until Lambda ends the invocation."""
        return self._remaining_milliseconds

    def __getattr__(self, name: str) -> Any:
        """Only for the type checkers: the attributes that decorators add are not known to them."""
        raise AttributeError(name)

    def added(self) -> set[str]:
        """The names that decorators put here."""
        return set(vars(self)) - set(vars(LambdaContext()))
