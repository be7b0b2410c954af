"""Text in columns, for a terminal or a file."""

from __future__ import annotations

import os
import re
import shutil
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Sequence

GREEN, YELLOW, RED = "32", "33", "31"
_GAP = "  "
_WIDTH = 80
_NARROWEST = 12
_PIECE = re.compile(r"[^/:,; ]*[/:,; ]|[^/:,; ]+")  # a name may be broken after these


@dataclass(frozen=True)
class Row:
    """Cells, the colour of the last but one, and the text above and below."""

    cells: tuple[str, ...]
    colour: str = ""
    beneath: str = ""
    above: str = ""


def width(out: TextIO) -> int:
    """Returns the width of lines: the terminal's, or 80 without one."""
    return shutil.get_terminal_size((_WIDTH, 24)).columns if out.isatty() else _WIDTH


def has_colours(out: TextIO) -> bool:
    """Returns `True` if colours are visible and wanted (https://no-color.org)."""
    return out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def lines(head: tuple[str, ...], rows: Sequence[Row], most: int, *, coloured: bool) -> list[str]:
    """Returns the rows under their head, if possible with no line wider than `most`. The last column has numbers."""
    widths = _widths([head, *(row.cells for row in rows)], most)
    text = _row(Row(head), widths, coloured=False)
    for row in rows:
        text += paragraph(row.above, most)
        text += _row(row, widths, coloured=coloured)
        text += paragraph(row.beneath, most, "  ")
    return text


def paragraph(text: str, most: int, indent: str = "") -> list[str]:
    """Returns text in lines. A longer word stays whole, so that it can be copied."""
    lines: list[str] = []
    for line in text.splitlines():
        lines += textwrap.wrap(
            printable(line),
            most,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return lines


def printable(text: str) -> str:
    """Returns the text without characters that move the cursor or begin a line."""
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)


def _widths(rows: list[tuple[str, ...]], most: int) -> list[int]:
    """Returns the width of each column. If they are too wide together, the widest are reduced."""
    widths = [max(len(printable(cell)) for cell in column) for column in zip(*rows, strict=True)]
    room = most - len(_GAP) * (len(widths) - 1)
    while sum(widths) > room:
        widest = widths.index(max(widths))
        if widths[widest] <= _NARROWEST:
            break
        widths[widest] -= 1
    return widths


def _row(row: Row, widths: list[int], *, coloured: bool) -> list[str]:
    columns = [_broken(printable(cell), width) for cell, width in zip(row.cells, widths, strict=True)]
    text: list[str] = []
    for line in range(max(map(len, columns))):
        cells = [column[line] if line < len(column) else "" for column in columns]
        padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
        padded[-1] = cells[-1].rjust(widths[-1])
        if coloured and row.colour and cells[-2]:
            padded[-2] = padded[-2].replace(cells[-2], f"\x1b[{row.colour}m{cells[-2]}\x1b[0m")
        text.append(_GAP.join(padded).rstrip())
    return text


def _broken(text: str, most: int) -> list[str]:
    """Returns the text in lines of at most this many characters."""
    broken = [""]
    for piece in _PIECE.findall(text):
        if len(broken[-1]) + len(piece.rstrip()) > most and broken[-1]:
            broken.append("")
        rest = broken.pop() + piece
        while len(rest.rstrip()) > most:
            broken.append(rest[:most])
            rest = rest[most:]
        broken.append(rest)
    return [line.rstrip() for line in broken]
