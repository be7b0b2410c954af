"""The clock by which entries age in a test."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """What `lambda_cache.testing.time` gives."""

    def advance(self, seconds: float) -> None:
        """Moves time forward; a negative number is a wall clock stepped back."""
