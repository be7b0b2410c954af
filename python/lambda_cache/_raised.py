"""Descriptions of errors of user code, by type and line, because their messages may contain a value."""

from __future__ import annotations

import dis
import inspect
import os
import traceback
from pathlib import Path

from lambda_cache import exceptions

_OURS = Path(__file__).parent
_PYTHONS = Path(os.__file__).parent
_INSTALLED = {"site-packages", "dist-packages"}
_ABOUT_NAMES = (AttributeError, NameError, TypeError, ZeroDivisionError)
"""The interpreter's own messages for these have names and types in them, and no values."""
_GENERATORS = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
_HIDDEN = "; its message is not shown, because it may hold the value: call the function with the value to see it"


def place_of(error: BaseException) -> str:
    """`ValueError at app.py:12`: the type, and the innermost line of the user's code."""
    place = _place(error)
    return f"{type(error).__name__} at {place}" if place else type(error).__name__


def described_import(error: BaseException) -> str:
    """Describes a failed import, with the message if nothing in it can be a value."""
    message = _import_message(error)
    return f"{place_of(error)}: {message}" if message else place_of(error)


def described_transform(error: BaseException, value: object) -> tuple[str, str]:
    """Describes what a transform raised, and adds its message or the reason why it is not shown.

    Only the message of a failed import is shown, unless the name in it is part of the value.
    """
    if isinstance(error, ImportError) and error.name and error.name not in str(value):
        return place_of(error), f": {error.msg}"
    return place_of(error), _HIDDEN


def _import_message(error: BaseException) -> str:
    """Returns the message of this package or of the interpreter; an empty text for any other."""
    if isinstance(error, ImportError) and error.name:  # an error raised with a text only has no name
        return error.msg
    if isinstance(error, SyntaxError) and _is_of_file(error):
        return error.msg
    if isinstance(error, exceptions.LambdaCacheError) and is_ours(error):
        return error.message
    if _is_of_environ(error):
        return f"the environment variable {error.args[0]} is not set"
    if isinstance(error, _ABOUT_NAMES) and _is_of_interpreter(error):
        return str(error)
    return ""


def _is_of_environ(error: BaseException) -> bool:
    """Returns whether `os.environ` was asked for a variable that is not set."""
    if not isinstance(error, KeyError) or len(error.args) != 1:
        return False
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return bool(frames) and frames[-1].f_code is type(os.environ).__getitem__.__code__


def _is_of_interpreter(error: BaseException) -> bool:
    """Returns whether the innermost line did not raise the error itself: then the interpreter wrote its message."""
    innermost = error.__traceback__
    while innermost is not None and innermost.tb_next is not None:
        innermost = innermost.tb_next
    if innermost is None:
        return False
    code, offset = innermost.tb_frame.f_code, innermost.tb_lasti
    return not any(one.offset == offset and "RAISE" in one.opname for one in dis.get_instructions(code))


def is_ours(error: exceptions.LambdaCacheError) -> bool:
    """Returns whether this package raised it: then its message holds no value. User code may raise its classes too."""
    lines = _lines(error)
    return not lines or _OURS in Path(lines[-1][0]).parents or _is_of_compiled_code(error)


def _is_of_compiled_code(error: BaseException) -> bool:
    """Returns whether a call of compiled code raised it, which has no line: `get_entry` is such code.

    A generator is left out, because `throw` raises anything in it.
    """
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return _is_of_interpreter(error) and not frames[-1].f_code.co_flags & _GENERATORS


def _place(error: BaseException) -> str:
    if isinstance(error, SyntaxError) and _is_of_file(error):
        return _line(str(error.filename), error.lineno)
    lines = [(file, line) for file, line in _lines(error) if not _is_of_others(Path(file))]
    own = [(file, line) for file, line in lines if not _is_installed(Path(file))]
    return _line(*(own or lines)[-1]) if lines else ""


def _is_of_file(error: SyntaxError) -> bool:
    """Returns `True` for a source file, and `False` for evaluated text."""
    return bool(error.filename) and not str(error.filename).startswith("<")


def _lines(error: BaseException) -> list[tuple[str, int | None]]:
    """Returns file and line of each call, the innermost last, without calls outside of files."""
    calls = ((frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__))
    return [(file, line) for file, line in calls if not file.startswith("<")]


def _is_of_others(file: Path) -> bool:
    """Returns `True` for a file of this package or of Python's library."""
    return _OURS in file.parents or (_PYTHONS in file.parents and not _is_installed(file))


def _is_installed(file: Path) -> bool:
    return not _INSTALLED.isdisjoint(file.parts)


def _line(file: str, line: int | None) -> str:
    path, folder = Path(file), Path.cwd()
    return f"{path.relative_to(folder) if path.is_relative_to(folder) else path}:{line}"
