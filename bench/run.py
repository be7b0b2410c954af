"""A run: what its parts share, and what each brings."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from bench import child, figures, resources
from bench.contenders import Contender
from bench.equipment import PROJECT, Equipment
from tests.fakes.fault_server import FaultServer

_PROGRAMS = PROJECT / "bench" / "programs"


@dataclass(frozen=True)
class Run:
    """The equipment and the options of every part."""

    equipment: Equipment
    server: FaultServer
    folder: Path
    """An empty folder, outside the repository and in memory if possible: where the S3 files of everyone go."""
    bundle: Path
    """The server's certificate alone. A real bundle has some 140 of them, which boto3 parses for each client."""
    full: bool
    """Whether this is the full form."""

    def either(self, quick: int, full: int) -> int:
        """A number that depends on the form."""
        return full if self.full else quick

    def fill(self) -> None:
        """Put everything of `bench.resources` onto the server."""
        for name in resources.PARAMETERS:
            self.server.put_parameter(name, resources.SEEN["parameter"])
        for name in resources.SECRETS:
            self.server.put_secret(name, resources.SEEN["secret"])
        self.server.put_parameter(resources.LIST, ["a", "list", "of", "five", "texts"])
        self.server.put_object(resources.OBJECT, resources.SEEN["object"].encode())

    def environment(self) -> dict[str, str]:
        """The whole environment of a program that is measured: AWS is the server, over TLS."""
        return self.server.environment(self.server.https) | {
            "AWS_CA_BUNDLE": str(self.bundle),
            "LAMBDA_CACHE_DIR": str(self.folder),
            "BENCH_FOLDER": str(self.folder),
            "PYTHONPATH": str(PROJECT),
        }

    def program(self, contender: Contender, name: str, *arguments: str) -> child.Outcome:
        """Run a program of `bench/programs/` with a contender."""
        python = self.equipment.pythons[contender.installation]
        command = (str(python), "-s", "-B", str(_PROGRAMS / f"{name}.py"), contender.key, *arguments)
        return child.run(command, self.environment(), self.folder)

    def rounds(self, contenders: Sequence[Contender], rounds: int) -> Iterator[Contender]:
        """Everyone once a round, each round another one first; a dot on the terminal for each round."""
        for order in figures.rotated(contenders, rounds):
            yield from order
            if sys.stdout.isatty():
                print(".", end="", flush=True)


@dataclass
class Result:
    """The result of a part."""

    raw: dict[str, Any]
    """Everything that was measured, round by round."""
    figures: dict[str, float] = field(default_factory=dict[str, float])
    """By the keys of `bench.targets`."""
    limits: dict[str, float] = field(default_factory=dict[str, float])
    """The limits that depend on the machine, in place of the targets' own."""


class Part(Protocol):
    """A module that measures one thing."""

    TITLE: str

    def minutes(self, full: bool) -> float:
        """Returns the time limit in minutes."""
        ...

    measure: Callable[[Run], Result]
