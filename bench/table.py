"""Tables on the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

_BOLD, _GREEN, _RED, _DIM = "1", "32", "31", "2"


def heading(text: str) -> None:
    """Prints a heading."""
    print(f"\n{_styled(_BOLD, text)}", flush=True)


def note(text: str) -> None:
    """A line below a heading or a table."""
    print(f"  {text}", flush=True)


def show(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table: the first column to the left, the others to the right."""
    print()
    for line in lines(headings, rows):
        print(f"  {line}", flush=True)


def lines(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The table's lines, the headings first."""
    widths = [max(len(cell) for cell in column) for column in zip(headings, *rows, strict=True)]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in (headings, *rows)
    ]


def good(text: str) -> str:
    """In green."""
    return _styled(_GREEN, text)


def bad(text: str) -> str:
    """In red."""
    return _styled(_RED, text)


def dim(text: str) -> str:
    """Less conspicuous."""
    return _styled(_DIM, text)


def _styled(code: str, text: str) -> str:
    coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return f"\x1b[{code}m{text}\x1b[0m" if coloured else text
