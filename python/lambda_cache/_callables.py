"""The identity of callables, because a handler may define a function at each call."""

from lambda_cache._decorator import code_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_FUNCTION = type(lambda: None)


class _Same:
    """Stands for an object that has no hash: equal to itself alone, which it keeps alive."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other._value is self._value

    def __hash__(self) -> int:
        return id(self._value)


def identity(function: "Callable[..., Any]") -> object:
    """Returns a hashable object that is equal for callables which do the same.

    These are functions with the same code, globals, defaults and closure, and objects that compare equal.
    """
    code = code_of(function)
    if code is None or type(function) is not _FUNCTION:
        return _hashable(function)
    try:
        closure = [_hashable(cell.cell_contents) for cell in function.__closure__ or ()]
    except ValueError:  # a variable that is not bound yet
        return _hashable(function)
    defaults = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).items()]
    return (code, id(function.__globals__), len(closure), *closure, *map(_hashable, defaults))


def _hashable(value: object) -> object:
    """Returns the value and its type, because 1 and True are equal, or a stand-in for an unhashable value."""
    try:
        hash(value)
    except Exception:  # an unbound proxy may raise any exception
        return _Same(value)
    return type(value), value
