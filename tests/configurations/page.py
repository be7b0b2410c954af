"""docs/configuration-compared.md, from the tables, what was recorded of boto3 and the departures."""

from __future__ import annotations

from pathlib import Path

from tests.configurations import recording
from tests.configurations.departures import DEPARTURES, by_case, pending
from tests.configurations.kinds import KINDS

PAGE = Path(__file__).parents[2] / "docs" / "configuration-compared.md"

_HEAD = """\
# Configuration, compared with boto3

boto3 {version} and the Python package run under the same variables and files, against the same server. Compared are the
requests, those for credentials included: host, path, access key, session token, Region and service of the signature,
number of attempts. Then comes the value, or the kind of the error. {equal} of {total} configurations come out equal;
for each of the others the page says why.

`make test` compares again. The configurations are in `tests/configurations/kinds`. `make record-boto3` records boto3
again and writes this page.

## What was tried

| kind | configurations | equal |
|---|---|---|
"""

_DIFFERENCES = """
## What differs

Requests are shown only where they differ; an arrow separates those that follow one another.
"""


def write() -> None:
    """Writes the page."""
    PAGE.write_text(text())


def text() -> str:
    """Returns the page's content."""
    departures = by_case()
    theirs = recording.recorded()
    head = _HEAD.format(
        version=recording.version(), total=len(theirs), equal=len(theirs) - len(departures) - len(pending())
    )
    lines = [head.rstrip("\n")]
    for kind in KINDS:
        names = [f"{kind.name}/{case.name}" for case in kind.cases]
        equal = sum(name not in departures and name not in pending() for name in names)
        lines.append(f"| {kind.title} | {len(kind.cases)} | {equal} |")
    lines.append(_DIFFERENCES)
    for departure in DEPARTURES:
        lines += [f"### {departure.title}", "", departure.why, ""]
        lines += ["| configuration | boto3 | lambda-cache |", "|---|---|---|"]
        for name in departure.cases:
            before, after = _shortened(theirs[name], departures[name])
            lines.append(f"| {_cell(name)} | {before} | {after} |")
        lines.append("")
    if pending():
        lines += ["## What is not yet as under boto3", "", *(f"- `{_cell(name)}`" for name in pending())]
    return "\n".join(lines).rstrip("\n") + "\n"


def _shortened(theirs: tuple[str, ...], ours: tuple[str, ...]) -> tuple[str, str]:
    """Leaves out the requests that both begin with."""
    while len(theirs) > 1 and len(ours) > 1 and theirs[0] == ours[0]:
        theirs, ours = theirs[1:], ours[1:]
    return _outcome(theirs), _outcome(ours)


def _outcome(lines: tuple[str, ...]) -> str:
    *requests, ended = lines
    shown = [f"`{_cell(request.removesuffix(' (proxy)'))}`" for request in requests]
    return " → ".join([*shown, "the value" if ended.startswith("value") else ended])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "\\n").replace("\r", "\\r")
