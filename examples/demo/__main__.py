"""`python -m examples.demo`: the user guide's handlers under Lambda's Python runtime client."""

from __future__ import annotations

from pathlib import Path

from examples.demo import show
from examples.demo.scenario import Section, Step, cached, parameter, prices, until_older
from tests.fakes.function import Function

_PROJECT = Path(__file__).parents[2]

_TEA_3 = {"file": "prices.json", "content": {"tea": 3}}
_TEA_4 = {"file": "prices.json", "content": {"tea": 4}}

_SECTIONS = (
    cached("one_parameter", "hello", "GetParameter"),
    cached("own_name", "hello", "GetParameter"),
    cached(
        "parameter_list",
        {"greeting": "hello", "sizes": ["S", "M"], "api_key": "k-1"},
        "GetParameters",
    ),
    cached("stacked", {"greeting": "hello", "sizes": ["S", "M"]}, "2 x GetParameter"),
    Section(
        "refresh",
        (
            Step("first", "5 %", "GetParameter", {}),
            Step("changed in AWS", "5 %", "none", {}, parameter("discount", "9 %")),
            Step("asked to refresh", "9 %", "GetParameter", {"refresh": True}),
            Step("again", "9 %", "none", {}),
        ),
    ),
    Section(
        "short_lived",
        (
            Step("first", "summer", "GetParameter"),
            Step("changed in AWS", "summer", "none", before=parameter("banner", "autumn")),
            Step("older than 5 s", "autumn", "GetParameter", before=until_older),
            Step("again", "autumn", "none"),
        ),
    ),
    cached("secret_string", "postgres://shop:pw@db/shop", "GetSecretValue"),
    cached("secret_binary", "00 ff 10 6b 65 79", "GetSecretValue"),
    Section(
        "s3_file",
        (
            Step("first", _TEA_3, "GetObject"),
            Step("again", _TEA_3, "none"),
            Step("older than 5 s", _TEA_3, "GetObject (304)", before=until_older),
            Step("changed in AWS", _TEA_3, "none", before=prices({"tea": 4})),
            Step("older than 5 s", _TEA_4, "GetObject", before=until_older),
        ),
    ),
)


def main() -> int:
    """Runs every section, and returns the exit code."""
    return show.show(
        "Each function runs under Lambda's Python runtime client; AWS is moto server, over HTTP.",
        _SECTIONS,
        lambda name, environment: Function.python(f"examples.demo.handlers.{name}", environment, _PROJECT),
    )


if __name__ == "__main__":
    show.main(main)
