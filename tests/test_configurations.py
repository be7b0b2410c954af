"""Configurations: lambda_cache does what boto3 does under them, or the page says why not."""

from __future__ import annotations

import importlib.metadata

import pytest

from tests.configurations import comparison, page, recording
from tests.configurations.departures import by_case
from tests.configurations.kinds import KINDS
from tests.configurations.running import Outcome

NAMES = [f"{kind.name}/{case.name}" for kind in KINDS for case in kind.cases]


@pytest.fixture(scope="module")
def ours() -> dict[str, Outcome]:
    """Returns lambda_cache's outcome under every configuration."""
    return comparison.run()


def test_configuration_names_are_unique() -> None:
    assert len(NAMES) == len(set(NAMES))
    assert len(NAMES) >= 200


def test_boto3_was_recorded_under_these_configurations() -> None:
    assert recording.outdated() == [], "record them: make record-boto3"
    assert list(recording.recorded()) == NAMES


def test_boto3_was_recorded_in_the_installed_version() -> None:
    assert recording.version() == importlib.metadata.version("boto3")


@pytest.mark.parametrize("name", NAMES)
def test_a_configuration_comes_out_as_under_boto3(name: str, ours: dict[str, Outcome]) -> None:
    expected = by_case().get(name) or recording.recorded()[name]
    assert ours[name].lines == expected, ours[name].said


def test_departures_differ_from_boto3() -> None:
    recorded = recording.recorded()
    assert {name for name, expected in by_case().items() if recorded[name] == expected} == set()


def test_the_page_of_configurations_is_up_to_date() -> None:
    assert page.PAGE.read_text() == page.text(), "write it again: make record-boto3"
