"""The arithmetic of `make bench`, and what it says of a figure; nothing here is measured."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from bench import child, fleet, notation, report, table
from bench.__main__ import PARTS
from bench.figures import Spread, paired_ratio, rotated, spread
from bench.refresh import opened_by_refreshes
from bench.run import Result
from bench.rust import scaling
from bench.targets import TARGETS, Target, Verdict, judged
from bench.warm import summary

if TYPE_CHECKING:
    from pathlib import Path

FIGURES_TO_REACH = {
    "cold-cpu-parameter": "at most 1/50",
    "cold-cpu-secret": "at most 1/50",
    "cold-cpu-object": "at most 1/50",
    "cold-cpu-stacked": "at most 1/50",
    "cold-memory-parameter": "at most 1/5",
    "cold-memory-secret": "at most 1/5",
    "cold-memory-object": "at most 1/5",
    "cold-memory-stacked": "at most 1/5",
    "warm-one": "at most 1/8",
    "warm-three": "at most 1/20",
    "refresh": "at most 1.3 round trips",
    "refresh-connections": "at most 0",
    "s3-throttled": "at least 1.7x",
    "s3-unthrottled": "at least 1.5x",
    "s3-loop": "at least 0.8x",
    "s3-cpu-original": "at most 0.5x",
    "s3-cpu-loop": "at most 1.15x",
    "s3-memory": "at most 1/5",
    "s3-memory-flat": "at most 1.5x",
    "rust-first": "at most 1/8",
    "rust-hit": "at most 15 ns",
    "rust-hit-moka": "at most 1/5",
    "rust-hit-caching": "at most 1/5",
    "rust-threads": "at least 0.8x",
    "rust-threads-beyond": "at least 0.9x",
    "size-wheel": "at most 3.5 MB",
    "size-extension": "at most 7 MB",
    "size-example": "at most 8 MB",
}


def test_every_figure_to_reach_has_its_target() -> None:
    assert {target.key: target.wanted() for target in TARGETS} == FIGURES_TO_REACH


def test_every_target_is_measured_by_a_part_that_exists() -> None:
    assert {target.section for target in TARGETS} <= set(PARTS)


def test_a_spread_has_the_median_and_the_extremes() -> None:
    assert spread([5, 1, 9, 2]) == Spread(3.5, 1, 9)


def test_a_ratio_is_the_median_of_the_rounds_own_ratios() -> None:
    # A slow second round befalls both; the ratio of the medians would be 1/50.
    assert paired_ratio([1, 10, 2], [100, 500, 80]) == Spread(0.02, 0.01, 0.025)


def test_a_ratio_of_unequal_rounds_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        paired_ratio([1, 2], [1])


def test_each_round_has_everyone_and_begins_with_another_one() -> None:
    assert list(rotated("abc", 4)) == [["a", "b", "c"], ["b", "c", "a"], ["c", "a", "b"], ["a", "b", "c"]]


def test_what_a_call_adds_is_taken_from_quiet_blocks_and_from_neighbours() -> None:
    sample = {"bare": [30.0, 50.0, 40.0], "decorated": [140.0, 250.0, 130.0]}
    assert summary(sample) == {"least_bare": 30, "least_decorated": 130, "least_over": 100, "median_over": 110}


@pytest.mark.parametrize(
    ("connections", "opened"),
    [([1, 2, 3, 4, 5, 5, 4, 3, 2, 1], 0), ([1, 1, 1, 1, 1, 2, 3, 1, 2, 1], 2), ([1, 2, 3, 4, 5], 0)],
)
def test_connections_count_that_the_first_call_had_not_opened(connections: list[int], opened: int) -> None:
    assert opened_by_refreshes(connections) == opened


def test_scaling_is_by_core_and_the_worst_beyond() -> None:
    rates = {1: 100, 2: 190, 3: 171, 4: 180}
    threads = [{"threads": count, "lookup": {"best_reads_per_second": rate}} for count, rate in rates.items()]
    assert scaling({"cores": 2, "threads": threads}, "lookup") == (0.95, 0.9)
    assert scaling({"cores": 64, "threads": threads}, "lookup") == (0.45, None)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.00123, "0.00123"),
        (0.0456, "0.0456"),
        (0.456, "0.456"),
        (1.234, "1.23"),
        (9.996, "10.0"),
        (12.34, "12.3"),
        (99.96, "100"),
        (41_827.4, "41,827"),
        (-2.5, "-2.50"),
    ],
)
def test_numbers_have_three_digits_that_count(value: float, text: str) -> None:
    assert notation.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.02, "1/50.0"), (0.5, "1/2.00"), (0.51, "0.510"), (1.5, "1.50"), (0, "0")]
)
def test_small_ratios_are_fractions(value: float, text: str) -> None:
    assert notation.fraction(value) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(5, "5 B"), (1024, "1 KiB"), (1536, "1.50 KiB"), (1 << 20, "1 MiB"), (256 << 20, "256 MiB"), (4 << 30, "4 GiB")],
)
def test_sizes_have_binary_units(count: int, text: str) -> None:
    assert notation.size(count) == text


@pytest.mark.parametrize(
    ("value", "at_least", "verdict"),
    [
        (2.0, False, Verdict.MET),
        (2.001, False, Verdict.MISSED),
        (2.0, True, Verdict.MET),
        (1.999, True, Verdict.MISSED),
        (None, True, Verdict.NOT_MEASURED),
    ],
)
def test_a_limit_itself_is_met(value: float | None, at_least: bool, verdict: Verdict) -> None:
    assert Target("t", "warm", "a figure", 2.0, at_least=at_least).verdict(value) is verdict


def test_a_limit_of_the_machine_replaces_the_targets_own() -> None:
    verdicts = {target.key: verdict for target, _, verdict in judged({"rust-hit": 16}, {"rust-hit": 17})}
    assert verdicts["rust-hit"] is Verdict.MET
    assert verdicts["rust-first"] is Verdict.NOT_MEASURED
    assert {target.key: verdict for target, _, verdict in judged({"rust-hit": 16}, {})}["rust-hit"] is Verdict.MISSED


def test_a_figure_that_no_target_asks_for_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="warm-tow"):
        judged({"warm-tow": 1}, {})


def test_the_last_table_says_what_is_met_missed_and_not_measured(capsys: pytest.CaptureFixture[str]) -> None:
    report.show({"warm": Result({}, {"warm-one": 0.1, "warm-three": 0.1})}, ["warm", "sizes"])
    printed = [line.split() for line in capsys.readouterr().out.splitlines()]
    rows = {" ".join(words): words[-1] for words in printed if words}
    assert [verdict for row, verdict in rows.items() if "one decorator" in row and "1/10.0 at most 1/8" in row] == [
        "met"
    ]
    assert [verdict for row, verdict in rows.items() if "three stacked 1/10.0" in row] == ["MISSED"]
    assert "1 met, 1 MISSED, 3 not measured" in rows
    assert not [row for row in rows if "Rust, a hit" in row]  # nobody asked for it


def test_a_value_that_is_nearly_at_the_limit_shows_why_it_misses() -> None:
    target = Target("t", "s3", "a figure", 1.5, at_least=True, unit="x")
    assert [target.write(value) for value in (1.498, 1.5, 1.45)] == ["1.498x", "1.50x", "1.45x"]


def test_the_document_has_raw_figures_targets_and_machine() -> None:
    results = {"sizes": Result({"bytes": {"wheel": 3_600_000}}, {"size-wheel": 3.6})}
    document = report.document({"python": "3"}, "quick", results)
    assert document["parts"] == {"sizes": {"bytes": {"wheel": 3_600_000}}}
    assert (document["machine"], document["form"]) == ({"python": "3"}, "quick")
    wheel = next(target for target in document["targets"] if target["figure"] == "size-wheel")
    assert wheel == {
        "figure": "size-wheel",
        "what": "the wheel",
        "measured": 3.6,
        "target": "at most 3.5 MB",
        "verdict": "MISSED",
    }


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert table.lines(["what", "ns"], [["a", "1,000"], ["long one", "2"]]) == [
        "what         ns",
        "a         1,000",
        "long one      2",
    ]


def test_a_program_that_fails_says_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(child.ChildError, match="ended with 3:\nno such luck"):
        child.run(
            [sys.executable, "-c", "import sys; print('no such luck', file=sys.stderr); sys.exit(3)"], {}, tmp_path
        )


def test_a_program_says_json_and_runs_in_its_folder(tmp_path: Path) -> None:
    code = "import json, os; print(json.dumps({'folder': os.getcwd(), 'A': os.environ['A']}))"
    outcome = child.run([sys.executable, "-c", code], {"A": "x"}, tmp_path)
    assert outcome.answer == {"folder": str(tmp_path.resolve()), "A": "x"}
    assert outcome.cpu_seconds > 0


def outcome(scenario: str, environments: int, waited_percent: float, peak_second: int = 5) -> fleet.Outcome:
    figures = {"requests": 600, "throttled_percent": 25, "waited_percent": waited_percent, "peak_second": peak_second}
    return {"scenario": scenario, "environments": environments, "seconds": 300, "all": figures, "later": figures}


FLEETS = [outcome("plain", 1, 0.0), outcome("plain", 1000, 1.239, 1234), outcome("list", 1, 0.004)]


def test_a_table_of_fleets_has_a_row_a_scenario_and_a_column_a_size() -> None:
    assert fleet.cells(fleet.MEASURES["waited"], FLEETS) == (
        ["environments", "1", "1,000"],
        [["plain", "0", "1.24"], ["list", "< 0.01", "-"]],
    )
    assert fleet.cells(fleet.MEASURES["peak"], FLEETS)[1][0] == ["plain", "5", "1,234"]
    assert fleet.refused(FLEETS[0]) == 0.5


def test_the_tables_of_a_document_are_put_in_again_and_nothing_else_is_changed() -> None:
    document = "a\n<!-- make fleet: waited -->\n<!-- end -->\nb\n<!-- make fleet: peak -->\nold\n<!-- end -->\nc\n"
    filled = fleet.filled(document, FLEETS)
    assert fleet.filled(filled, FLEETS) == filled
    lines = [line for line in filled.splitlines() if not line.startswith(("<!--", "|"))]
    assert lines == ["a", "", "", "b", "", "", "c"]
    assert filled.count("| plain | 0 | 1.24 |") == filled.count("| plain | 5 | 1,234 |") == 1


def test_the_document_about_fleets_has_the_figures_that_were_saved() -> None:
    outcomes = json.loads(fleet.SAVED.read_text())["parts"]["fleet"]
    document = fleet.DOCUMENT.read_text()
    assert fleet.filled(document, outcomes) == document
    assert document.count("| all four |") == document.count("<!-- make fleet: ")
