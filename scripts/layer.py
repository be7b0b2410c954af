"""Make a Lambda layer of a wheel: a zip file that has the package where Lambda looks for it, below `python/`.

    python -m scripts.layer WHEEL FOLDER

Equal wheels give equal bytes. Prints the file's path, its sizes, and the command that publishes it.
"""

from __future__ import annotations

import re
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

RUNTIMES = ("python3.10", "python3.11", "python3.12", "python3.13", "python3.14")
ARCHITECTURES = {"x86_64": "x86_64", "aarch64": "arm64"}  # by the machine in the wheel's name

BEGINNING_OF_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
READABLE_BY_ALL = 0o100644  # Lambda runs a function as another user than the one that unpacks the layer
EXECUTABLE_BY_ALL = 0o100755
MB = 1_000_000


@dataclass(frozen=True)
class Layer:
    """A layer that was made."""

    name: str
    """Its name in an account."""
    path: Path
    architecture: str
    """As Lambda calls it."""
    unpacked_bytes: int
    runtimes: tuple[str, ...] = ()
    """The runtimes that it is for, if not for all."""

    @property
    def zipped_bytes(self) -> int:
        """The size of the file."""
        return self.path.stat().st_size

    @property
    def publish_command(self) -> str:
        """The AWS CLI's command that publishes it."""
        runtimes = f" --compatible-runtimes {' '.join(self.runtimes)}" if self.runtimes else ""
        return (
            f"aws lambda publish-layer-version --layer-name {self.name} --zip-file fileb://{self.path}"
            f"{runtimes} --compatible-architectures {self.architecture}"
        )


def make(wheel: Path, folder: Path) -> Layer:
    """Makes `lambda-cache-layer-<version>-<architecture>.zip` in `folder`, which must exist.

    Raises:
        ValueError: The wheel is none of this package, or not for Lambda's Linux.
    """
    name = re.fullmatch(r"lambda_cache-([^-]+)-cp310-abi3-manylinux2014_(\w+)\.manylinux_2_17_\2\.whl", wheel.name)
    if name is None or name[2] not in ARCHITECTURES:
        raise ValueError(
            f"{wheel.name} does not run in Lambda: make it with TARGET=x86_64-unknown-linux-gnu or aarch64-…"
        )
    architecture = ARCHITECTURES[name[2]]
    path = folder / f"lambda-cache-layer-{name[1]}-{architecture}.zip"
    with zipfile.ZipFile(wheel) as package:
        content = {f"python/{member}": package.read(member) for member in package.namelist()}
    return Layer("lambda-cache", path, architecture, write(path, content), RUNTIMES)


def write(path: Path, content: Mapping[str, bytes], programs: frozenset[str] = frozenset()) -> int:
    """Writes a zip file whose bytes depend on the content alone, and returns the size of the content."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as layer:
        for name in sorted(content):
            entry = zipfile.ZipInfo(name, BEGINNING_OF_ZIP_TIME)
            entry.external_attr = (EXECUTABLE_BY_ALL if name in programs else READABLE_BY_ALL) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            layer.writestr(entry, content[name], compresslevel=9)
    return sum(map(len, content.values()))


def run(make: Callable[[Path, Path], Layer]) -> None:
    """Makes the layer of the command line, and prints its path and sizes."""
    try:
        layer = make(Path(sys.argv[1]), Path(sys.argv[2]))
    except ValueError as error:
        sys.exit(f"error: {error}")
    print(
        f"{layer.path}: {layer.zipped_bytes / MB:.2f} MB, {layer.unpacked_bytes / MB:.2f} MB unpacked. To publish it:"
    )
    print(layer.publish_command)


if __name__ == "__main__":
    run(make)
