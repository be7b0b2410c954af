"""Tries every check on every S3 server that is installed, and prints what came of it as a table."""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from tests.s3_servers import checks, servers, speed

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = Path(__file__).parents[2] / "docs" / "s3-compatible.md"
INSTALLER = Path(__file__).parents[2] / "scripts" / "s3_servers.sh"
_SIZES = {"8 MiB": (8, 9), "64 MiB": (64, 7), "1 GiB": (1024, 5)}


def main() -> int:
    """Runs the command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="make s3-servers", description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="SERVER", help="this server; may be repeated")
    parser.add_argument("--no-checks", action="store_true", help="only the comparison with boto3's download_file")
    parser.add_argument("--no-speed", action="store_true", help="no comparison with boto3's download_file")
    parser.add_argument("--most-mib", type=int, default=1024, help="leave out larger objects of the comparison")
    parser.add_argument("--save", action="store_true", help=f"write the tables to docs/{PAGE.name}")
    given = parser.parse_args()
    chosen = [one for one in servers.SERVERS if not given.only or one.name in given.only]
    found = [one for one in chosen if one.find()]
    for one in chosen:
        if one not in found:
            print(f"left out: {one.name}, because {one.program} is not installed", file=sys.stderr)
    sizes = {} if given.no_speed else {size: what for size, what in _SIZES.items() if what[0] <= given.most_mib}
    matrix, speeds, fine = _run(found, {} if given.no_checks else checks.CHECKS, sizes)
    print("\n".join(["", *matrix, "", *speeds]))
    if given.save:
        if matrix:
            _save("matrix", matrix)
        if speeds:
            _save("speed", speeds)
    return 0 if fine else 1


def _run(
    found: list[servers.Server], tried: dict[str, Callable[[checks.Trial], str]], sizes: dict[str, tuple[int, int]]
) -> tuple[list[str], list[str], bool]:
    columns = [f"{size}{link}" for size in sizes for link in ("", ", slow link") if not (link and size == "1 GiB")]
    matrix = _head(["server", *tried]) if tried else []
    speeds = _head(["server", *columns]) if columns else []
    fine = True
    for server in found:
        label = f"{server.name} {_version(server)}".strip()
        cells: list[str] = []
        with servers.running(server) as one:
            for name, check in tried.items():
                cell, passed = _try(partial(_checked, check, one))
                print(f"{label}: {name}: {cell}", file=sys.stderr)
                cells.append(cell if passed else "wrong")
                fine &= passed
            if tried:
                matrix.append(_row([label, *cells]))
            ratios: list[str] = []
            for size, (mib, runs) in sizes.items():
                for slow in (False, True):
                    if slow and size == "1 GiB":
                        continue
                    cell, passed = _try(partial(_timed, one, mib, runs, slow))
                    print(f"{label}: {size}{' slow' if slow else ''}: {cell}", file=sys.stderr)
                    ratios.append(cell if passed else "failed")
                    fine &= passed
            if columns:
                speeds.append(_row([label, *ratios]))
    return matrix, speeds, fine


def _try(act: Callable[[], str]) -> tuple[str, bool]:
    try:
        return act(), True
    except Exception as error:  # one cell must not end the table
        return f"{type(error).__name__}: {error}"[:300], False


def _checked(check: Callable[[checks.Trial], str], one: servers.Running) -> str:
    with tempfile.TemporaryDirectory() as folder:
        return checks.run(check, one, Path(folder))


def _timed(one: servers.Running, mib: int, runs: int, slow: bool) -> str:
    with tempfile.TemporaryDirectory() as folder:
        times, seconds = speed.ratio(one, Path(folder), mib * checks.MIB, runs, slow=slow)
    return f"{times:.2f} ({seconds:.2f} s)"


def _version(server: servers.Server) -> str:
    try:
        return version(server.package)
    except PackageNotFoundError:  # the script put this version into a separate folder
        pinned = re.search(rf"{re.escape(server.package)}[=@]+([\d.]+)", INSTALLER.read_text())
        return pinned[1] if pinned else ""


def _head(columns: list[str]) -> list[str]:
    return [_row(columns), _row(["---"] * len(columns))]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _save(name: str, table: list[str]) -> None:
    """Replaces the table between the page's two comments of this name."""
    text = PAGE.read_text()
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    PAGE.write_text(f"{before}{begin}\n" + "\n".join(table) + f"\n\n{end}{after}")


if __name__ == "__main__":
    sys.exit(main())
