"""Lookups that come from a pickle, with a handler that was pickled by value. Imported only then."""

from lambda_cache import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def lookup(recipe: "tuple[tuple[str, tuple[Any, ...]], ...]") -> "_native.Lookup":
    """Returns the lookup that decorators made, from the outermost one's arguments to the innermost one's."""
    outer, *inner = [_made(name, arguments) for name, arguments in recipe]
    for one in inner:
        outer = outer.above(one)
    return outer


def _made(name: str, arguments: "tuple[Any, ...]") -> "_native.Lookup":
    from lambda_cache import custom

    makers = {"_lookup": custom._lookup}  # pyright: ignore[reportPrivateUsage]
    return makers.get(name, getattr(_native.Lookup, name, None))(*arguments)  # type: ignore[misc]
