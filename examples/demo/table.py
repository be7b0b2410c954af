"""The demo's table, one row for each invocation, coloured on a terminal only."""

from __future__ import annotations

import os
import sys
import textwrap
from itertools import zip_longest

_HEADINGS = ("function", "invocation", "the handler saw", "AWS calls", "ms")
_WIDTHS = (14, 14, 24, 15, 5)  # 80 columns with the two between them
_BOLD, _DIM, _RED, _GREEN = "1", "2", "31", "32"


def title(text: str) -> None:
    """Prints a text above the table, and the table's headings."""
    print(textwrap.fill(text, sum(_WIDTHS) + 2 * (len(_WIDTHS) - 1)), end="\n\n")
    print(_styled(_BOLD, _lines(_HEADINGS)), flush=True)


def row(function: str, invocation: str, saw: str, calls: str, milliseconds: float, expected: str | None) -> None:
    """Prints one invocation; `expected` says what should have been there, if it is not."""
    line = _lines((function, invocation, saw, calls, f"{milliseconds:.1f}"))
    if expected is None:
        print(_styled(_DIM, line) if calls == "none" else line, flush=True)
    else:
        print(_styled(_RED, f"{line}  <-- NOT AS EXPECTED: {expected}"), flush=True)


def summary(text: str, good: bool) -> None:
    """Prints the line below the table."""
    print("\n" + _styled(_GREEN if good else _RED, text), flush=True)


def _lines(cells: tuple[str, ...]) -> str:
    """Returns a row; a cell that is too long goes on below itself."""
    wrapped = [textwrap.wrap(cell, width) for cell, width in zip(cells, _WIDTHS, strict=True)]
    return "\n".join(_line(parts) for parts in zip_longest(*wrapped, fillvalue=""))


def _line(cells: tuple[str, ...]) -> str:
    *texts, number = (cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True))
    return ("  ".join(texts) + number.strip().rjust(_WIDTHS[-1])).rstrip()


def _styled(code: str, text: str) -> str:
    coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return f"\x1b[{code}m{text}\x1b[0m" if coloured else text
