from collections.abc import Callable
from typing import Any, Literal, TypeVar, overload

from lambda_cache._decorator import Age, Handler, Names, Transform
from lambda_cache.metadata import SecretMetadata, WithMetadata

__all__ = ["aget_entry", "cache", "get_entry", "invalidate"]

_Made = TypeVar("_Made")

@overload
def cache(
    name: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    version_stage: str | None = None,
    version_id: str | None = None,
    rotation_aware: bool = False,
    transform: Transform | None = None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: bool = False,
    prefetch: bool | None = None,
) -> Callable[[Handler], Handler]: ...
@overload
def cache(
    name: Names,
    max_age_in_seconds: Age,
    entry_name: str,
    *,
    version_stage: str | None = None,
    version_id: str | None = None,
    rotation_aware: bool = False,
    transform: Transform | None = None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: bool = False,
    prefetch: bool | None = None,
) -> Callable[[Handler], Handler]: ...
@overload
def cache(
    name: Names,
    max_age_in_seconds: Age = None,
    *,
    entry_name: str,
    version_stage: str | None = None,
    version_id: str | None = None,
    rotation_aware: bool = False,
    transform: Transform | None = None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: bool = False,
    prefetch: bool | None = None,
) -> Callable[[Handler], Handler]: ...
@overload
def get_entry(
    name: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    version_stage: str | None = None,
    version_id: str | None = None,
    rotation_aware: bool = False,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> str | bytes: ...
@overload
def get_entry(
    name: Names,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    version_stage: str | None = None,
    version_id: str | None = None,
    rotation_aware: bool = False,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> dict[str, str | bytes]: ...
@overload
def get_entry(
    name: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    version_stage: str | None = None,
    version_id: str | None = None,
    rotation_aware: bool = False,
    transform: Callable[[Any], _Made],
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> _Made: ...
@overload
def get_entry(
    name: Names,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    version_stage: str | None = None,
    version_id: str | None = None,
    rotation_aware: bool = False,
    transform: Callable[[Any], _Made],
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> dict[str, _Made]: ...
@overload
def get_entry(
    name: str | Names,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    version_stage: str | None = None,
    version_id: str | None = None,
    rotation_aware: bool = False,
    transform: Transform | None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> Any: ...
@overload
def get_entry(
    name: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    version_stage: str | None = None,
    version_id: str | None = None,
    rotation_aware: bool = False,
    transform: Transform | None = None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[True],
) -> WithMetadata[Any, SecretMetadata]: ...
@overload
def get_entry(
    name: Names,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    version_stage: str | None = None,
    version_id: str | None = None,
    rotation_aware: bool = False,
    transform: Transform | None = None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[True],
) -> WithMetadata[dict[str, Any], dict[str, SecretMetadata]]: ...
@overload
async def aget_entry(
    name: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    version_stage: str | None = None,
    version_id: str | None = None,
    rotation_aware: bool = False,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> str | bytes: ...
@overload
async def aget_entry(
    name: Names,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    version_stage: str | None = None,
    version_id: str | None = None,
    rotation_aware: bool = False,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> dict[str, str | bytes]: ...
@overload
async def aget_entry(
    name: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    version_stage: str | None = None,
    version_id: str | None = None,
    rotation_aware: bool = False,
    transform: Callable[[Any], _Made],
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> _Made: ...
@overload
async def aget_entry(
    name: Names,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    version_stage: str | None = None,
    version_id: str | None = None,
    rotation_aware: bool = False,
    transform: Callable[[Any], _Made],
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> dict[str, _Made]: ...
@overload
async def aget_entry(
    name: str | Names,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    version_stage: str | None = None,
    version_id: str | None = None,
    rotation_aware: bool = False,
    transform: Transform | None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> Any: ...
@overload
async def aget_entry(
    name: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    version_stage: str | None = None,
    version_id: str | None = None,
    rotation_aware: bool = False,
    transform: Transform | None = None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[True],
) -> WithMetadata[Any, SecretMetadata]: ...
@overload
async def aget_entry(
    name: Names,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    version_stage: str | None = None,
    version_id: str | None = None,
    rotation_aware: bool = False,
    transform: Transform | None = None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[True],
) -> WithMetadata[dict[str, Any], dict[str, SecretMetadata]]: ...
def invalidate(name: str | Names) -> None: ...
