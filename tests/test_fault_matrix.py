"""Every fault at every source, through decorated handlers: what the table of docs/faults.md promises.

All cases run at the same time, in one process for each column, with the timeouts that users have.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pytest

from tests.dialogue import Dialogue
from tests.fakes.fault_server import FaultServer
from tests.fault_table import SOURCES, Row, rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CANARY = "c4n4ry"
LONGEST_SECONDS = 10.5
"""The ten that the page promises, and what 80 threads on two cores take."""
DEADLINE_SECONDS = 2.0
OPTIONS: dict[str, dict[str, Any]] = {
    "latency": {"milliseconds": 300},
    "slow-body": {"bytes": 1_000, "milliseconds": 20},
    "changed-in-between": {"text": f"{CANARY} other " * 500},
}
ROWS = rows()


@dataclass(frozen=True)
class Column:
    """The moment of a fault, and the outcome that a row promises for it."""

    title: str
    times: int | Literal["always"]
    is_refresh: bool
    stale: bool = False
    deadline: float | None = None

    def promised(self, row: Row) -> str:
        """Returns the outcome in the page's words. AWS has the new value when the fault strikes."""
        outcome = row.stale_if_error if self.stale else row.once if self.times == 1 else row.always
        return "new value" if outcome == "value" else outcome


COLUMNS = [
    Column("first fetch, once", 1, is_refresh=False),
    Column("first fetch, always", "always", is_refresh=False),
    Column("refresh, once", 1, is_refresh=True),
    Column("refresh, always", "always", is_refresh=True),
    Column("refresh with stale_if_error", "always", is_refresh=True, stale=True),
    Column("with two seconds left", "always", is_refresh=False, deadline=DEADLINE_SECONDS),
]
CASES = [(column, row, source) for column in range(len(COLUMNS)) for row in ROWS for source in row.sources]


def resource(column: int, row: Row, source: str) -> str:
    """Returns the resource of a case, different from all others."""
    name = f"{row.fault}-{source}-{column}"
    return f"s3://bucket/faults/{name}" if source == "object" else f"/faults/{name}"


class Outcomes:
    """The outcomes of one column's cases: at the fault, and after it."""

    def __init__(self, server: FaultServer, number: int, environment: dict[str, str]) -> None:
        self._server = server
        self._number = number
        self._column = COLUMNS[number]
        self._environment = environment
        self._mine = [(row, source) for column, row, source in CASES if column == number]

    def run(self) -> Outcomes:
        """Runs them all."""
        self._put("old value")
        with Dialogue("fault_cases", self._environment) as process:
            process.say(json.dumps([self._case(row, source) for row, source in self._mine]))
            if self._column.is_refresh:
                process.say("warm")
                assert {outcome["outcome"] for outcome in process.hear()} == {"old value"}
            self._put("new value")
            for row, source in self._mine:
                name, options = resource(self._number, row, source), OPTIONS.get(row.fault, {})
                self._server.fault(name, row.fault, self._column.times, **options)
            process.say("go")
            self.at_fault = {outcome["name"]: outcome for outcome in process.hear()}
            for row, source in self._mine:
                self._server.clear_faults(resource(self._number, row, source))
            process.say("again")
            self.after = {outcome["name"]: outcome for outcome in process.hear()}
            self.log = process.log()
        return self

    def _put(self, which: str) -> None:
        for row, source in self._mine:
            name, content = resource(self._number, row, source), content_of(which)
            if source == "object":
                self._server.put_object(name, content.encode())
            elif source == "secret":
                self._server.put_secret(name, content)
            elif source == "path":
                self._server.put_parameter(f"{name}/first", content)
                self._server.put_parameter(f"{name}/second/third", content)
            else:
                self._server.put_parameter(name, content)
                self._server.put_parameter(f"{name}-beside", content)

    def _case(self, row: Row, source: str) -> dict[str, Any]:
        column = self._column
        contents = {which: content_of(which) for which in ("old value", "new value")}
        if row.fault == "changed-in-between":
            contents["other value"] = OPTIONS["changed-in-between"]["text"]
        return {
            "name": resource(self._number, row, source),
            "source": source,
            "contents": contents,
            "stale": column.stale,
            "deadline": column.deadline,
            "warm": column.is_refresh,
        }


def content_of(which: str) -> str:
    """A value that half a body does not make."""
    return f"{CANARY} {which} " * 200


@pytest.fixture(scope="module")
def outcomes(rust_programs: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Outcomes]]:
    """All columns, at the same time; every second one over TLS."""
    with FaultServer(rust_programs["fault-server"]) as server, ThreadPoolExecutor(len(COLUMNS)) as pool:
        folder = tmp_path_factory.mktemp("faults")
        bundle = folder / "ca.pem"
        bundle.write_text(server.ca_pem)

        def run(number: int) -> Outcomes:
            files = folder / str(number)
            url = server.https if number % 2 else server.http
            own = {"LAMBDA_CACHE_DIR": str(files), "AWS_CA_BUNDLE": str(bundle)}
            return Outcomes(server, number, server.environment(url) | own).run()

        yield dict(enumerate(pool.map(run, range(len(COLUMNS)))))


@pytest.mark.parametrize(
    ("column", "row", "source"),
    [pytest.param(*case, id=f"{case[1].fault}, {case[2]}, {COLUMNS[case[0]].title}") for case in CASES],
)
def test_fault_ends_as_documented_and_next_call_works(
    outcomes: dict[int, Outcomes], column: int, row: Row, source: str
) -> None:
    name = resource(column, row, source)
    at_fault, after = outcomes[column].at_fault[name], outcomes[column].after[name]
    promised = COLUMNS[column].promised(row)
    current = "new value"
    if row.fault == "changed-in-between":
        current = "other value"
        promised = promised.replace("new value", current)
    if COLUMNS[column].deadline is None:
        assert at_fault["outcome"] == promised
        assert at_fault["seconds"] < LONGEST_SECONDS
    else:
        # An answer after the invocation's end counts as missing.
        assert at_fault["outcome"] in (promised, "UnavailableError")
        assert at_fault["seconds"] < DEADLINE_SECONDS
    assert after["outcome"] == current


def test_no_value_shows_in_an_error_or_a_log(outcomes: dict[int, Outcomes]) -> None:
    for column in outcomes.values():
        errors = [outcome["errors"] for outcome in (*column.at_fault.values(), *column.after.values())]
        assert any(errors)
        assert CANARY not in "".join(errors)
        assert CANARY not in column.log


def test_every_source_is_struck() -> None:
    assert {source for _, _, source in CASES} == set(SOURCES["all"])
