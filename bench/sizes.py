"""The sizes of the shipped files."""

from __future__ import annotations

import zipfile

from bench import notation, table
from bench.equipment import PROJECT, TARGET, MissingError, cargo
from bench.run import Result, Run

TITLE = "sizes: the wheel, the extension in it, and the Rust example's binary (release)"


def minutes(full: bool) -> float:
    """Returns the time limit in minutes, without the build of the example."""
    return 0.1


def build() -> None:
    """Build the example."""
    cargo("the Rust example", "--release", "--package", "rust-function")


def measure(run: Run) -> Result:
    """Megabytes of 10^6 bytes."""
    wheels = list((PROJECT / "dist").glob("lambda_cache-*.whl"))
    if len(wheels) != 1:
        raise MissingError(f"dist/ has {len(wheels)} wheels of lambda_cache: run `make wheel`")
    with zipfile.ZipFile(wheels[0]) as wheel:
        extension = next(member.file_size for member in wheel.infolist() if member.filename.endswith(".so"))
    sizes = {
        "size-wheel": wheels[0].stat().st_size,
        "size-extension": extension,
        "size-example": (TARGET / "release" / "rust-function").stat().st_size,
    }
    figures = {key: size / notation.MB for key, size in sizes.items()}
    names = {"size-wheel": "wheel", "size-extension": "extension", "size-example": "Rust example"}
    table.show(["", "MB"], [[names[key], notation.number(figure)] for key, figure in figures.items()])
    return Result({"bytes": sizes}, figures)
