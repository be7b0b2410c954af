"""Writes docs/configuration-compared.md: how many configurations are equal to boto3, and why the others are not."""

from __future__ import annotations

from pathlib import Path

from tests.configurations import recording
from tests.configurations.departures import DEPARTURES, by_case

PAGE = Path(__file__).parents[2] / "docs" / "configuration-compared.md"

_PAGE = """\
# Configuration compared with boto3

boto3 {version} and the Python package were run under {total} configurations: the same variables and files, against the
same server. The test compares every request (host, path, credentials, Region of the signature, number of attempts),
and the value or the kind of error. {equal} are equal. The others differ for these reasons:

| subject | configurations | reason |
|---|---|---|
{departures}

The configurations are in `tests/configurations/kinds`, and the requests of each departure in `departures.json` beside
it. `make test` compares again. `make record-boto3` records boto3 again and writes this page.
"""


def write() -> None:
    """Writes the page."""
    PAGE.write_text(text())


def text() -> str:
    """Returns the page's content."""
    total = len(recording.recorded())
    departures = [f"| {each.title} | {len(each.cases)} | {_cell(each.why)} |" for each in DEPARTURES]
    return _PAGE.format(
        version=recording.version(),
        total=total,
        equal=total - len(by_case()),
        departures="\n".join(departures),
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "\\n").replace("\r", "\\r")
