"""Make a Lambda layer of the agent: a zip file that has the program where Lambda looks for extensions.

    python -m scripts.agent_layer PROGRAM FOLDER

Equal programs give equal bytes. Prints the file's path, its sizes, and the command that publishes it.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from scripts.finish_wheel import NOTICES, packages
from scripts.layer import Layer, run, write
from scripts.notices import notices

REPOSITORY = Path(__file__).parents[1]
NAME = "lambda-cache-agent"
PROGRAM = f"extensions/{NAME}"  # Lambda starts everything in this folder, so the licences are in another

# The targets of Rust and Lambda's names, by the machine in the head of an ELF file.
MACHINES = {62: ("x86_64-unknown-linux-gnu", "x86_64"), 183: ("aarch64-unknown-linux-gnu", "arm64")}


def make(program: Path, folder: Path) -> Layer:
    """Makes `lambda-cache-agent-layer-<architecture>.zip` in `folder`, which must exist.

    Raises:
        ValueError: The program is not for Lambda's Linux.
    """
    content = program.read_bytes()
    machine = int.from_bytes(content[18:20], "little")
    if content[:4] != b"\x7fELF" or machine not in MACHINES:
        raise ValueError(f"{program} does not run in Lambda: make it with TARGET=x86_64-unknown-linux-gnu or aarch64-…")
    target, architecture = MACHINES[machine]
    files = {name: (REPOSITORY / name).read_bytes() for name in ("LICENSE-APACHE", "LICENSE-MIT")}
    files[NOTICES] = notices(linked_crates(target), packages(REPOSITORY)).encode()
    path = folder / f"{NAME}-layer-{architecture}.zip"
    contents = {PROGRAM: content} | {f"{NAME}/{name}": text for name, text in files.items()}
    return Layer(NAME, path, architecture, write(path, contents, frozenset([PROGRAM])))


def linked_crates(target: str) -> list[dict[str, str]]:
    """Returns the names and versions of the crates that are compiled into the program."""
    command = ["cargo", "tree", "--locked", "--package", NAME, "--target", target, "--edges", "normal,no-proc-macro"]
    tree = subprocess.run(
        [*command, "--prefix", "none", "--format", "{p}"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    crates = {tuple(line.split()[:2]) for line in tree.stdout.splitlines()}
    return [{"name": name, "version": version.removeprefix("v")} for name, version in sorted(crates)]


if __name__ == "__main__":
    run(make)
