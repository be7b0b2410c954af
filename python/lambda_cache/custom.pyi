from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

from lambda_cache import _native
from lambda_cache._decorator import Age, Handler

__all__ = ["aget_entry", "cache", "get_entry", "invalidate"]

_Made = TypeVar("_Made")

def cache(
    fetch: Callable[[], object],
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    stale_if_error_in_seconds: Age = None,
    prefetch: bool | None = None,
) -> Callable[[Handler], Handler]: ...
@overload
def get_entry(
    fetch: Callable[[], Awaitable[_Made]],
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    stale_if_error_in_seconds: Age = None,
) -> _Made: ...
@overload
def get_entry(
    fetch: Callable[[], _Made],
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    stale_if_error_in_seconds: Age = None,
) -> _Made: ...
@overload
async def aget_entry(
    fetch: Callable[[], Awaitable[_Made]],
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    stale_if_error_in_seconds: Age = None,
) -> _Made: ...
@overload
async def aget_entry(
    fetch: Callable[[], _Made],
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    stale_if_error_in_seconds: Age = None,
) -> _Made: ...
def invalidate(fetch: Callable[[], object]) -> None: ...
def _lookup(
    fetch: Any, max_age_in_seconds: object, entry_name: str | bool | None, stale_if_error_in_seconds: object
) -> _native.Lookup: ...
def _source(fetch: Any) -> tuple[Callable[[_native.Completion], None], str, str]: ...
