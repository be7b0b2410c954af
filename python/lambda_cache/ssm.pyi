from collections.abc import Callable
from typing import Any, Literal, TypeVar, overload

from lambda_cache._decorator import Age, Handler, Names, Transform
from lambda_cache.metadata import ParameterMetadata, WithMetadata

__all__ = ["aget_entry", "cache", "get_entry", "invalidate"]

_Made = TypeVar("_Made")
_Default = TypeVar("_Default")

@overload
def cache(
    parameter: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    default: object = ...,
    default_on_transform_error: bool = False,
    transform: Transform | None = None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: bool = False,
    prefetch: bool | None = None,
) -> Callable[[Handler], Handler]: ...
@overload
def cache(
    parameter: Names,
    max_age_in_seconds: Age,
    entry_name: str,
    *,
    default: object = ...,
    default_on_transform_error: bool = False,
    transform: Transform | None = None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: bool = False,
    prefetch: bool | None = None,
) -> Callable[[Handler], Handler]: ...
@overload
def cache(
    parameter: Names,
    max_age_in_seconds: Age = None,
    *,
    entry_name: str,
    default: object = ...,
    default_on_transform_error: bool = False,
    transform: Transform | None = None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: bool = False,
    prefetch: bool | None = None,
) -> Callable[[Handler], Handler]: ...
@overload
def cache(
    parameter: None = None,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    path: str,
    recursive: bool = True,
    default: object = ...,
    default_on_transform_error: bool = False,
    transform: Transform | None = None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: bool = False,
    prefetch: bool | None = None,
) -> Callable[[Handler], Handler]: ...
@overload
def get_entry(
    parameter: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> str | list[str]: ...
@overload
def get_entry(
    parameter: Names,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> dict[str, str | list[str]]: ...
@overload
def get_entry(
    parameter: None = None,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    path: str,
    recursive: bool = True,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> dict[str, str | list[str]]: ...
@overload
def get_entry(
    parameter: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    default: _Default,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> str | list[str] | _Default: ...
@overload
def get_entry(
    parameter: Names,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    default: _Default,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> dict[str, str | list[str] | _Default]: ...
@overload
def get_entry(
    parameter: None = None,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    path: str,
    recursive: bool = True,
    default: _Default,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> dict[str, str | list[str]] | _Default: ...
@overload
def get_entry(
    parameter: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    transform: Callable[[Any], _Made],
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> _Made: ...
@overload
def get_entry(
    parameter: Names,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    transform: Callable[[Any], _Made],
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> dict[str, _Made]: ...
@overload
def get_entry(
    parameter: None = None,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    path: str,
    recursive: bool = True,
    transform: Callable[[Any], _Made],
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> dict[str, _Made]: ...
@overload
def get_entry(
    parameter: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    default: _Default,
    default_on_transform_error: bool = False,
    transform: Callable[[Any], _Made],
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> _Made | _Default: ...
@overload
def get_entry(
    parameter: Names,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    default: _Default,
    default_on_transform_error: bool = False,
    transform: Callable[[Any], _Made],
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> dict[str, _Made | _Default]: ...
@overload
def get_entry(
    parameter: None = None,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    path: str,
    recursive: bool = True,
    default: _Default,
    default_on_transform_error: bool = False,
    transform: Callable[[Any], _Made],
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> dict[str, _Made | _Default] | _Default: ...
@overload
def get_entry(
    parameter: str | Names,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    default: object = ...,
    default_on_transform_error: bool = False,
    transform: Transform | None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> Any: ...
@overload
def get_entry(
    parameter: None = None,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    path: str,
    recursive: bool = True,
    default: object = ...,
    default_on_transform_error: bool = False,
    transform: Transform | None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> Any: ...
@overload
def get_entry(
    parameter: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    transform: Transform | None = None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[True],
) -> WithMetadata[Any, ParameterMetadata]: ...
@overload
def get_entry(
    parameter: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    default: object,
    default_on_transform_error: bool = False,
    transform: Transform | None = None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[True],
) -> WithMetadata[Any, ParameterMetadata | None]: ...
@overload
def get_entry(
    parameter: Names,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    default: object = ...,
    default_on_transform_error: bool = False,
    transform: Transform | None = None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[True],
) -> WithMetadata[dict[str, Any], dict[str, ParameterMetadata]]: ...
@overload
def get_entry(
    parameter: None = None,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    path: str,
    recursive: bool = True,
    default: object = ...,
    default_on_transform_error: bool = False,
    transform: Transform | None = None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[True],
) -> WithMetadata[dict[str, Any], dict[str, ParameterMetadata]]: ...
@overload
async def aget_entry(
    parameter: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> str | list[str]: ...
@overload
async def aget_entry(
    parameter: Names,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> dict[str, str | list[str]]: ...
@overload
async def aget_entry(
    parameter: None = None,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    path: str,
    recursive: bool = True,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> dict[str, str | list[str]]: ...
@overload
async def aget_entry(
    parameter: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    default: _Default,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> str | list[str] | _Default: ...
@overload
async def aget_entry(
    parameter: Names,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    default: _Default,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> dict[str, str | list[str] | _Default]: ...
@overload
async def aget_entry(
    parameter: None = None,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    path: str,
    recursive: bool = True,
    default: _Default,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> dict[str, str | list[str]] | _Default: ...
@overload
async def aget_entry(
    parameter: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    transform: Callable[[Any], _Made],
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> _Made: ...
@overload
async def aget_entry(
    parameter: Names,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    transform: Callable[[Any], _Made],
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> dict[str, _Made]: ...
@overload
async def aget_entry(
    parameter: None = None,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    path: str,
    recursive: bool = True,
    transform: Callable[[Any], _Made],
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> dict[str, _Made]: ...
@overload
async def aget_entry(
    parameter: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    default: _Default,
    default_on_transform_error: bool = False,
    transform: Callable[[Any], _Made],
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> _Made | _Default: ...
@overload
async def aget_entry(
    parameter: Names,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    default: _Default,
    default_on_transform_error: bool = False,
    transform: Callable[[Any], _Made],
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> dict[str, _Made | _Default]: ...
@overload
async def aget_entry(
    parameter: None = None,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    path: str,
    recursive: bool = True,
    default: _Default,
    default_on_transform_error: bool = False,
    transform: Callable[[Any], _Made],
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> dict[str, _Made | _Default] | _Default: ...
@overload
async def aget_entry(
    parameter: str | Names,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    default: object = ...,
    default_on_transform_error: bool = False,
    transform: Transform | None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> Any: ...
@overload
async def aget_entry(
    parameter: None = None,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    path: str,
    recursive: bool = True,
    default: object = ...,
    default_on_transform_error: bool = False,
    transform: Transform | None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[False] = False,
) -> Any: ...
@overload
async def aget_entry(
    parameter: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    transform: Transform | None = None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[True],
) -> WithMetadata[Any, ParameterMetadata]: ...
@overload
async def aget_entry(
    parameter: str,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    default: object,
    default_on_transform_error: bool = False,
    transform: Transform | None = None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[True],
) -> WithMetadata[Any, ParameterMetadata | None]: ...
@overload
async def aget_entry(
    parameter: Names,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    default: object = ...,
    default_on_transform_error: bool = False,
    transform: Transform | None = None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[True],
) -> WithMetadata[dict[str, Any], dict[str, ParameterMetadata]]: ...
@overload
async def aget_entry(
    parameter: None = None,
    max_age_in_seconds: Age = None,
    entry_name: str | bool | None = None,
    *,
    path: str,
    recursive: bool = True,
    default: object = ...,
    default_on_transform_error: bool = False,
    transform: Transform | None = None,
    stale_if_error_in_seconds: Age = None,
    with_metadata: Literal[True],
) -> WithMetadata[dict[str, Any], dict[str, ParameterMetadata]]: ...
@overload
def invalidate(parameter: str | Names) -> None: ...
@overload
def invalidate(parameter: None = None, *, path: str, recursive: bool = True) -> None: ...
