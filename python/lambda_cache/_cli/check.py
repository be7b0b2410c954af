"""`check`: each entry of a handler, fetched once."""

from __future__ import annotations

import keyword
import logging
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_cache import _native
from lambda_cache._cli import outcome, table
from lambda_cache._log import logger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_cache._cli.handler import Found, Handler
    from lambda_cache._cli.outcome import Outcome

_HEAD = (
    "entry",
    "source and name",
    "outcome",
    "   ms",
)  # as wide as most times, so that columns do not move from run to run
_MOST_THREADS = 64
_NO_NAME = "-"


@dataclass(frozen=True)
class _Checked:
    """An entry and its outcome."""

    name: str
    description: str
    outcome: Outcome
    milliseconds: float | None = None
    folder: Path | None = None

    def row(self, above: str) -> table.Row:
        milliseconds = "" if self.milliseconds is None else f"{self.milliseconds:5,.0f}"
        if self.outcome.is_default:
            words, colour = self.outcome.words, table.YELLOW
        elif self.outcome.is_fine:
            words, colour = f"ok: {self.outcome.words}", table.GREEN
        else:
            words, colour = self.outcome.words, table.RED
        return table.Row((self.name, self.description, words, milliseconds), colour, self.outcome.message, above)


def run(found: Found) -> bool:
    """Fetches the entries, prints their outcomes, and returns `True` if all succeeded."""
    _show_warnings()
    with redirect_stdout(sys.stderr):  # output of a custom fetch is not part of the table
        checked = _checked(found)
    entries = [entry for _, some in checked for entry in some]
    if not entries:
        print("There are no entries.")
        return True
    out = sys.stdout
    most = table.width(out)
    lines = table.lines(_HEAD, list(_rows(checked)), most, coloured=table.has_colours(out))
    print("\n".join([*lines, "", *_after(entries, most)]), file=out)
    return all(entry.outcome.is_fine for entry in entries)


def _show_warnings() -> None:
    """Writes the library's warnings to the standard error output, unless the function's module configures a log."""
    if not logging.getLogger().handlers:
        logger.addHandler(logging.StreamHandler())


def _rows(checked: list[tuple[Handler, list[_Checked]]]) -> Iterator[table.Row]:
    """Returns the entries' rows. If there are several functions, each has its name above its rows."""
    for handler, entries in checked:
        above = handler.name if len(checked) > 1 else ""
        for entry in entries:
            yield entry.row(above)
            above = ""


def _checked(found: Found) -> list[tuple[Handler, list[_Checked]]]:
    cancel = _native.Cancel()
    lookups = {handler.name: [one for lookup in handler.lookups for one in lookup.each()] for handler in found.handlers}
    count = sum(map(len, lookups.values()))
    pool = ThreadPoolExecutor(max(1, min(count, _MOST_THREADS)))
    try:
        begun = {name: [pool.submit(_fetch, one, cancel) for one in some] for name, some in lookups.items()}
        return [
            (handler, [*(one.result() for one in begun[handler.name]), *_problems(handler)])
            for handler in found.handlers
        ]
    finally:  # after Ctrl-C fetches in flight are abandoned
        cancel.cancel()
        pool.shutdown(wait=False, cancel_futures=True)


def _fetch(lookup: _native.Lookup, cancel: _native.Cancel) -> _Checked:
    ((name, description, _),) = lookup.described("aws", "*", "*")
    began = time.perf_counter()
    try:
        ((value, missing, file),) = lookup.examine(cancel)
        milliseconds = _milliseconds_since(began)
        fetched = outcome.of_value(value, missing, file, description)
    except BaseException as error:  # user code may call sys.exit, and its lists may have no length
        return _Checked(name, description, outcome.of_error(error), _milliseconds_since(began))
    return _Checked(name, description, fetched, milliseconds, None if file is None else Path(file).parent)


def _needs_getattr(name: str) -> bool:
    return name != _NO_NAME and (not name.isidentifier() or keyword.iskeyword(name))


def _milliseconds_since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


def _problems(handler: Handler) -> list[_Checked]:
    return [_Checked(_NO_NAME, handler.name, outcome.of_error(problem)) for problem in handler.problems]


def _after(entries: list[_Checked], most: int) -> list[str]:
    """Returns the lines after the table, about all entries."""
    lines: list[str] = []
    for reason in dict.fromkeys(entry.outcome.configuration for entry in entries if entry.outcome.configuration):
        lines += table.paragraph(f"Not configured: {reason}", most)
    names = sorted({entry.name for entry in entries if _needs_getattr(entry.name)})
    if names:
        advice = f"Read with getattr(context, {names[0]!r}), or pass an entry_name that is an identifier:"
        lines += table.paragraph(f"{advice} {', '.join(names)}.", most)
    for folder in sorted({entry.folder for entry in entries if entry.folder is not None}):
        lines += table.paragraph(f"Files are in {folder}.", most)
    fine = sum(entry.outcome.is_fine for entry in entries)
    if fine == len(entries):
        lines.append("1 entry works." if fine == 1 else f"All {fine} entries work.")
    else:
        lines.append(f"{fine} of {len(entries)} work." if len(entries) > 1 else "It does not work.")
    return lines
