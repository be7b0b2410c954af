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
    parser.add_argument("--least-mib", type=int, default=0, help="leave out smaller objects of the comparison")
    parser.add_argument("--most-mib", type=int, default=1024, help="leave out larger objects of the comparison")
    parser.add_argument("--save", action="store_true", help=f"write what was tried to docs/{PAGE.name}")
    given = parser.parse_args()
    chosen = [one for one in servers.SERVERS if not given.only or one.name in given.only]
    found = [one for one in chosen if one.find()]
    for one in chosen:
        if one not in found:
            print(f"left out: {one.name}, because {one.program} is not installed", file=sys.stderr)
    between = range(given.least_mib, given.most_mib + 1)
    sizes = {} if given.no_speed else {size: what for size, what in _SIZES.items() if what[0] in between}
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
    columns = [(size, slow) for size in _SIZES for slow in (False, True) if not (slow and size == "1 GiB")]
    names = [f"{size}{' slow' if slow else ''}" for size, slow in columns]
    matrix = _head(["server", *tried]) if tried else []
    speeds = _head(["times boto3's speed", *names, *(f"peak MiB, {size}" for size in _SIZES)]) if sizes else []
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
            peaks = dict.fromkeys(_SIZES, "")
            ratios = dict.fromkeys(names, "")
            for name, (size, slow) in zip(names, columns, strict=True):
                if size not in sizes:
                    continue
                cell, passed = _try(partial(_timed, one, *sizes[size], slow))
                print(f"{label}: {name}: {cell}", file=sys.stderr)
                ratios[name] = cell.split()[0] if passed else "failed"
                peaks[size] = cell.split()[-2] if passed else ""
                fine &= passed
            if sizes:
                speeds.append(_row([label, *ratios.values(), *peaks.values()]))
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
        it = speed.measure(one, Path(folder), mib * checks.MIB, runs, slow=slow)
    return f"{it.times:.2f} ({it.seconds:.2f} s, boto3 {it.theirs:.2f} s), peak {it.peak_mib} MiB"


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
    """Writes the table between the page's two comments of this name, and keeps what was not tried this time."""
    text = PAGE.read_text()
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"
    before, _, rest = text.partition(begin)
    old, _, after = rest.partition(end)
    earlier = old.strip().splitlines()
    rows = {cells[0]: cells for cells in map(_cells, earlier[2:])} if earlier[:2] == table[:2] else {}
    for label, *cells in map(_cells, table[2:]):
        kept = rows.get(label, [""] * len(table[0]))[1:]
        rows[label] = [label, *(new or known for new, known in zip(cells, kept, strict=False))]
    order = [server.name for server in servers.SERVERS]
    lines = [_row(rows[label]) for label in sorted(rows, key=lambda label: order.index(label.rpartition(" ")[0]))]
    PAGE.write_text(f"{before}{begin}\n" + "\n".join([*table[:2], *lines]) + f"\n\n{end}{after}")


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().removeprefix("|").removesuffix("|").split("|")]


if __name__ == "__main__":
    sys.exit(main())
