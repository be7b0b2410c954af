"""The outcome of one entry, in words without its value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from lambda_cache import _raised as raised
from lambda_cache import exceptions

if TYPE_CHECKING:
    from collections.abc import Sized

_GROUPS = (("ssm parameters ", "parameter"), ("ssm path ", "parameter"), ("secrets ", "secret"))
"""How the descriptions of entries of several things begin, and what each of these is."""
_UNITS = ("bytes", "kB", "MB", "GB")
_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (exceptions.NotFoundError, "missing"),
    (exceptions.NotSuppliedError, "missing"),
    (exceptions.ThrottledError, "throttled"),
    (exceptions.UnavailableError, "unreachable"),
    (exceptions.ConfigurationError, "not configured"),
    (exceptions.StorageError, "cannot be stored"),
    (exceptions.TransformError, "cannot be transformed"),
    (exceptions.FetchError, "refused"),
    (exceptions.InternalError, "internal error"),
)
_NEEDS = "the function's role needs "
_NOT_SET = ": no AWS "  # credentials, or Region


@dataclass(frozen=True)
class Outcome:
    """The text about an entry, and the text below it if it failed."""

    words: str
    is_fine: bool
    is_default: bool = False
    message: str = ""
    configuration: str = ""
    """The problem of the configuration, which concerns all entries."""


def of_value(value: Any, missing: list[str], file: Path | None, description: str) -> Outcome:
    """Describes a fetched value; `missing` are the names that the default replaces."""
    words = description.removeprefix("optional ").removeprefix("rotation-aware ")
    things = next((thing for start, thing in _GROUPS if words.startswith(start)), "key")
    if not missing:
        return Outcome(_described(value, file, things), is_fine=True)
    if isinstance(value, dict) and set(missing) < set(cast("dict[str, Any]", value)):
        words = f"{_described(value, file, things)}; missing, the default is used: {', '.join(missing)}"
        return Outcome(words, is_fine=True, is_default=True)
    return Outcome("missing; the default is used", is_fine=True, is_default=True)


def of_error(error: BaseException) -> Outcome:
    """Describes an exception."""
    if not isinstance(error, exceptions.LambdaCacheError) or not raised.is_ours(error):  # a custom entry's own
        return Outcome(f"failed: {raised.place_of(error)}", is_fine=False)
    if isinstance(error, exceptions.ConfigurationError):
        _, found, rest = error.message.partition(_NOT_SET)
        problem = f"{_NOT_SET[2:]}{rest}" if found else error.message
        return Outcome("not configured", is_fine=False, configuration=problem)
    words = next((words for kind, words in _WORDS if isinstance(error, kind)), "wrong decorator")
    if isinstance(error, exceptions.AccessDeniedError):
        permission = error.message.partition(_NEEDS)[2].partition(" ")[0]
        words = f"forbidden: needs {permission}" if permission else "forbidden"
    return Outcome(words, is_fine=False, message=error.message)


def _described(value: Any, file: Path | None, things: str) -> str:
    if file is not None and value == str(file):
        return f"file, {_size(Path(file).stat().st_size)}"
    kind = type(value).__name__
    if isinstance(value, str):
        return f"{kind}, {_count(value, 'character')}"
    if isinstance(value, (bytes, bytearray)):
        return f"{kind}, {_count(value, 'byte')}"
    if isinstance(value, dict):
        return f"{kind}, {_count(cast('Sized', value), things)}"
    if isinstance(value, (list, tuple, set, frozenset)):
        return f"{kind}, {_count(cast('Sized', value), 'item')}"
    return kind


def _count(value: Sized, what: str) -> str:
    count = len(value)
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _size(size_bytes: int) -> str:
    size, unit = float(size_bytes), 0
    while size >= 999.95 and unit + 1 < len(_UNITS):
        size, unit = size / 1000, unit + 1
    return f"{size:,.1f} {_UNITS[unit]}" if unit else f"{size_bytes} bytes"
