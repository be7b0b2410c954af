"""The table of docs/faults.md, from which the tests of faults are made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs/faults.md"
JSON_SOURCES = ("parameter", "parameters", "path", "secret")
SOURCES = {"all": (*JSON_SOURCES, "object"), "S3": ("object",), "SSM, Secrets Manager": JSON_SOURCES}
OUTCOMES = {
    "value",
    "old value",
    "new value",
    "ThrottledError",
    "UnavailableError",
    "AccessDeniedError",
    "NotFoundError",
    "FetchError",
}


@dataclass(frozen=True)
class Row:
    """One fault, and what the page promises."""

    fault: str
    sources: tuple[str, ...]
    once: str
    always: str
    stale_if_error: str


def rows() -> list[Row]:
    """Every row; one that makes no sense is an error."""
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    cells = [[cell.strip().replace("`", "") for cell in line.strip("|").split("|")] for line in lines]
    table = [Row(row[0], SOURCES[row[2]], *row[3:]) for row in cells if len(row) == 6]
    assert table, f"{PAGE} has no table"
    for row in table:
        assert {row.once, row.always, row.stale_if_error} <= OUTCOMES, row
    return table
