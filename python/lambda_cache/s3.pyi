from collections.abc import Callable
from typing import Any, TypeVar, overload

from lambda_cache._decorator import Age, Handler, Transform

__all__ = ["aget_entry", "cache", "get_entry", "invalidate"]

_Made = TypeVar("_Made")

def cache(
    s3Uri: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    check_before_download: bool = False,
    *,
    file_name: str | None = None,
    version_id: str | None = None,
    transform: Transform | None = None,
    stale_if_error_in_seconds: Age = None,
    prefetch: bool | None = None,
) -> Callable[[Handler], Handler]: ...
@overload
def get_entry(
    s3Uri: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    check_before_download: bool = False,
    *,
    file_name: str | None = None,
    version_id: str | None = None,
    stale_if_error_in_seconds: Age = None,
) -> str: ...
@overload
def get_entry(
    s3Uri: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    check_before_download: bool = False,
    *,
    file_name: str | None = None,
    version_id: str | None = None,
    transform: Callable[[Any], _Made],
    stale_if_error_in_seconds: Age = None,
) -> _Made: ...
@overload
def get_entry(
    s3Uri: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    check_before_download: bool = False,
    *,
    file_name: str | None = None,
    version_id: str | None = None,
    transform: Transform | None,
    stale_if_error_in_seconds: Age = None,
) -> Any: ...
@overload
async def aget_entry(
    s3Uri: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    check_before_download: bool = False,
    *,
    file_name: str | None = None,
    version_id: str | None = None,
    stale_if_error_in_seconds: Age = None,
) -> str: ...
@overload
async def aget_entry(
    s3Uri: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    check_before_download: bool = False,
    *,
    file_name: str | None = None,
    version_id: str | None = None,
    transform: Callable[[Any], _Made],
    stale_if_error_in_seconds: Age = None,
) -> _Made: ...
@overload
async def aget_entry(
    s3Uri: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    check_before_download: bool = False,
    *,
    file_name: str | None = None,
    version_id: str | None = None,
    transform: Transform | None,
    stale_if_error_in_seconds: Age = None,
) -> Any: ...
def invalidate(s3Uri: str) -> None: ...
