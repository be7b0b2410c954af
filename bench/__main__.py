"""`make bench`: measure, print, write. Exits with 0 whatever the figures, with 1 if something could not be measured."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from bench import agent, cold, equipment, growth, machine, refresh, report, rust, s3, sizes, table, warm
from bench.child import ChildError
from bench.equipment import FOLDER, PROJECT, Equipment, MissingError
from bench.run import Part, Result, Run
from tests.fakes.fault_server import FaultServer

PARTS = cast(
    "dict[str, Part]",
    {
        "cold": cold,
        "warm": warm,
        "refresh": refresh,
        "s3": s3,
        "rust": rust,
        "agent": agent,
        "growth": growth,
        "sizes": sizes,
    },
)
SAVED = PROJECT / "bench" / "results" / "latest.json"
CHARTS = PROJECT / "docs" / "charts"
BUILDS = {"rust": rust.build, "agent": agent.build, "sizes": sizes.build}
"""What some parts have to build first."""
_SHOWN = "bench/results/latest.json and docs/charts/"
_IN_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 10 << 30


def main() -> int:
    """The exit code."""
    arguments = _arguments()
    here = machine.described(PROJECT)
    names: Sequence[str] = arguments.only
    try:
        equipped = equipment.set_up()
        for name in names:
            BUILDS.get(name, _nothing)()
    except MissingError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    form = "full" if arguments.full else "quick"
    expected = sum(PARTS[name].minutes(arguments.full) for name in names)
    print(f"\n{machine.line(here)}")
    print(f"The {form} form of {', '.join(names)}: about {expected:.0f} minutes. Nothing else should run meanwhile.")
    results, failures = _measured(names, equipped, arguments.full)
    report.show(results, names)
    document = report.document(here, form, results)
    path = FOLDER / "results" / f"{here['date']}.json"
    report.write(path, document)
    table.heading("written")
    table.note(str(path))
    is_saved = arguments.save and not failures
    if is_saved:
        report.write(SAVED, document)
        table.note(str(SAVED))
    elif arguments.save:
        failures.append(f"{_SHOWN} are left as they were, because not everything could be measured")
    try:
        equipment.draw(path, CHARTS if is_saved else path.with_suffix(""))
    except MissingError as error:
        failures.append(str(error))
    for failure in failures:
        print(f"\n{table.bad(failure)}", file=sys.stderr)
    return 1 if failures else 0


def _measured(names: Sequence[str], equipped: Equipment, full: bool) -> tuple[dict[str, Result], list[str]]:
    """Returns the results of each part, and the errors of the parts that failed."""
    results: dict[str, Result] = {}
    failures: list[str] = []
    with tempfile.TemporaryDirectory(prefix="lambda-cache-bench-", dir=_roomy()) as place:
        for name in names:
            part = PARTS[name]
            table.heading(f"{name}: {part.TITLE}")
            table.note(f"about {part.minutes(full):.1f} minutes")
            folder = Path(place) / name
            folder.mkdir()
            began = time.monotonic()
            with FaultServer(equipped.fault_server) as server:
                bundle = Path(place) / "server.pem"
                bundle.write_text(server.ca_pem)
                try:
                    results[name] = part.measure(Run(equipped, server, folder, bundle, full))
                except (ChildError, MissingError) as error:
                    failures.append(f"{name} could not be measured: {error}")
                    table.note(table.bad(f"{name} could not be measured: the reason is at the end"))
            shutil.rmtree(folder)
            table.note(f"{time.monotonic() - began:.0f} s")
    return results, failures


def _nothing() -> None:
    """Builds nothing, which is enough for most parts."""


def _roomy() -> Path | None:
    """Memory, if it has room for the largest files, so that no disk is measured; else the folder of temporary files."""
    if _IN_MEMORY.is_dir() and shutil.disk_usage(_IN_MEMORY).free > _ROOM_BYTES:
        return _IN_MEMORY
    return None


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure lambda-cache beside its peers.")
    parser.add_argument(
        "--full", action="store_true", help="more rounds and larger files: under 30 minutes, not under 5"
    )
    parser.add_argument("--only", type=_parts, default=tuple(PARTS), metavar="PARTS", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--save", action="store_true", help=f"write {_SHOWN} too: they are in the repository")
    arguments = parser.parse_args()
    if arguments.save and set(arguments.only) != set(PARTS):
        parser.error("--save keeps the figures of one whole run: leave --only out")
    return arguments


def _parts(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise argparse.ArgumentTypeError(f"no part is called {', '.join(unknown)}: there are {', '.join(PARTS)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
