"""The arithmetic and the verdicts of `make bench`; nothing here is measured."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from bench import child, report
from bench.__main__ import PARTS
from bench.figures import Spread, paired_ratio, rotated, spread
from bench.refresh import opened_by_refreshes
from bench.run import Result
from bench.rust import scaling
from bench.targets import TARGETS, Target, Verdict, judged
from bench.warm import summary

if TYPE_CHECKING:
    from pathlib import Path


def test_every_target_is_measured_by_a_part_that_exists() -> None:
    assert {target.section for target in TARGETS} <= set(PARTS)


def test_a_spread_has_the_median_and_the_extremes() -> None:
    assert spread([5, 1, 9, 2]) == Spread(3.5, 1, 9)


def test_ratio_is_the_median_of_per_round_ratios() -> None:
    # A slow second round befalls both; the ratio of the medians would be 1/50.
    assert paired_ratio([1, 10, 2], [100, 500, 80]) == Spread(0.02, 0.01, 0.025)


def test_a_ratio_of_unequal_rounds_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        paired_ratio([1, 2], [1])


def test_rounds_rotate_the_order() -> None:
    assert list(rotated("abc", 4)) == [["a", "b", "c"], ["b", "c", "a"], ["c", "a", "b"], ["a", "b", "c"]]


def test_overhead_uses_quickest_and_adjacent_blocks() -> None:
    sample = {"bare": [30.0, 50.0, 40.0], "decorated": [140.0, 250.0, 130.0]}
    assert summary(sample) == {"least_bare": 30, "least_decorated": 130, "least_over": 100, "median_over": 110}


@pytest.mark.parametrize(
    ("connections", "opened"),
    [([1, 2, 3, 4, 5, 5, 4, 3, 2, 1], 0), ([1, 1, 1, 1, 1, 2, 3, 1, 2, 1], 2), ([1, 2, 3, 4, 5], 0)],
)
def test_only_connections_opened_later_count(connections: list[int], opened: int) -> None:
    assert opened_by_refreshes(connections) == opened


def test_scaling_is_by_core_and_the_worst_beyond() -> None:
    rates = {1: 100, 2: 190, 3: 171, 4: 180}
    threads = [{"threads": count, "lookup": {"best_reads_per_second": rate}} for count, rate in rates.items()]
    assert scaling({"cores": 2, "threads": threads}, "lookup") == (0.95, 0.9)
    assert scaling({"cores": 64, "threads": threads}, "lookup") == (0.45, None)


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
def test_value_at_the_limit_is_met(value: float | None, at_least: bool, verdict: Verdict) -> None:
    assert Target("t", "warm", "a figure", 2.0, at_least=at_least).verdict(value) is verdict


def test_a_limit_of_the_machine_replaces_the_targets_own() -> None:
    verdicts = {target.key: verdict for target, _, verdict in judged({"rust-hit": 16}, {"rust-hit": 17})}
    assert verdicts["rust-hit"] is Verdict.MET
    assert verdicts["rust-first"] is Verdict.NOT_MEASURED
    assert {target.key: verdict for target, _, verdict in judged({"rust-hit": 16}, {})}["rust-hit"] is Verdict.MISSED


def test_figure_without_a_target_is_an_error() -> None:
    with pytest.raises(ValueError, match="warm-tow"):
        judged({"warm-tow": 1}, {})


def test_last_table_counts_met_missed_and_unmeasured(capsys: pytest.CaptureFixture[str]) -> None:
    report.show({"warm": Result({}, {"warm-one": 0.1, "warm-three": 0.1})}, ["warm", "sizes"])
    printed = [line.split() for line in capsys.readouterr().out.splitlines()]
    rows = {" ".join(words): words[-1] for words in printed if words}
    assert [verdict for row, verdict in rows.items() if "one decorator" in row and "1/10.0 at most 1/8" in row] == [
        "met"
    ]
    assert [verdict for row, verdict in rows.items() if "three stacked 1/10.0" in row] == ["MISSED"]
    assert "1 met, 1 MISSED, 3 not measured" in rows
    assert not [row for row in rows if "Rust, a hit" in row]  # it was not requested


def test_failing_program_reports_its_stderr(tmp_path: Path) -> None:
    with pytest.raises(child.ChildError, match="ended with 3:\nno such luck"):
        child.run(
            [sys.executable, "-c", "import sys; print('no such luck', file=sys.stderr); sys.exit(3)"], {}, tmp_path
        )


def test_program_prints_json_and_runs_in_its_folder(tmp_path: Path) -> None:
    code = "import json, os; print(json.dumps({'folder': os.getcwd(), 'A': os.environ['A']}))"
    outcome = child.run([sys.executable, "-c", code], {"A": "x"}, tmp_path)
    assert outcome.answer == {"folder": str(tmp_path.resolve()), "A": "x"}
    assert outcome.cpu_seconds > 0
