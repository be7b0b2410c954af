"""`python -m examples.demo.rust`: the function of `examples/rust-function` under `cargo lambda watch`."""

from __future__ import annotations

import subprocess
from collections.abc import Generator
from contextlib import contextmanager

from examples.demo import show
from examples.demo.scenario import Section, Step, parameter, prices, until_older
from tests.fakes.cargo_lambda import ROOT, CargoLambda

_PACKAGE = ("--locked", "--package", "rust-function")


def _seen(banner: str, tea: int) -> object:
    """Returns the function's answer."""
    return {"banner": banner, "discount": "5 %", "sizes": ["S", "M"], "user": "shop", "prices": {"tea": tea}}


_SECTIONS = (
    Section(
        "rust-function",
        (
            Step("first", _seen("summer", 3), "GetObject, GetParameter, GetParameters, GetSecretValue", {}),
            Step("again", _seen("summer", 3), "none", {}),
            Step("changed in AWS", _seen("summer", 3), "none", {}, parameter("banner", "autumn")),
            Step("older than 5 s", _seen("autumn", 3), "GetObject (304), GetParameter", {}, until_older),
            Step("changed in AWS", _seen("autumn", 3), "none", {}, prices({"tea": 4})),
            Step("older than 5 s", _seen("autumn", 4), "GetObject, GetParameter", {}, until_older),
            Step(
                "asked to refresh", _seen("winter", 4), "GetParameter", {"refresh": True}, parameter("banner", "winter")
            ),
            Step("again", _seen("winter", 4), "none", {}),
        ),
    ),
)


@contextmanager
def _start(name: str, environment: dict[str, str]) -> Generator[CargoLambda]:
    with CargoLambda(name, environment, ROOT, *_PACKAGE, "--bin", name, "--ignore-changes") as function:
        # No event of the function's: it answers with an error, and so tells that it is up, before it asks AWS anything.
        function.invoke("are you there?")
        yield function


def main() -> int:
    """Build the function and show it; the exit code."""
    print("Building the function; the first time takes some minutes ...", flush=True)
    built = subprocess.run(("cargo", "build", "--quiet", *_PACKAGE), cwd=ROOT, check=False)
    if built.returncode:
        return built.returncode
    return show.show(
        "The function runs under cargo lambda watch, whose part is in the ms; AWS is moto server, over HTTP.",
        _SECTIONS,
        _start,
    )


if __name__ == "__main__":
    show.main(main)
