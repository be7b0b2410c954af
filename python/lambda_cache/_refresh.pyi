from collections.abc import Callable
from typing import Any, TypeVar, overload

from lambda_cache import _native

__all__ = ["async_wrapper", "refresh_on_error", "wrapper"]

_Handler = TypeVar("_Handler", bound=Callable[..., Any])

@overload
def refresh_on_error(*errors: type[BaseException]) -> Callable[[_Handler], _Handler]: ...
@overload
def refresh_on_error(handler: _Handler, /) -> _Handler: ...
def wrapper(
    bare: Callable[..., Any],
    lookup: _native.Lookup | None,
    find: Callable[..., object],
    errors: tuple[type[BaseException], ...],
) -> Callable[..., Any]: ...
def async_wrapper(
    bare: Callable[..., Any],
    lookup: _native.Lookup | None,
    find: Callable[..., object],
    errors: tuple[type[BaseException], ...],
) -> Callable[..., Any]: ...
