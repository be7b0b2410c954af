"""Print the import circles between the folders of the library, and exit with 1 if there is one.

A folder imports another if production code in it names a path of the other. A name that the root exports belongs to the
folder that defines it. Tests and documentation are not counted.
"""

from __future__ import annotations

import re
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

SOURCES = Path(__file__).parents[1] / "crates" / "lambda-cache" / "src"
ROOT = {"lib.rs"}
PATH = re.compile(r"\bcrate::(\{|\w+)")
EXPORT = re.compile(r"pub use (\w+)::([^;]+);")


def production(text: str) -> str:
    """Returns the code without comments and unit tests."""
    text = re.sub(r"//[^\n]*", "", text)
    return re.split(r"#\[cfg\((?:all\()?test\b[^\n]*\nmod tests", text)[0]


def first_names(group: str) -> list[str]:
    """Returns the first segments of the paths in a brace group, which begins after its brace."""
    names: list[str] = []
    depth, word = 0, ""
    for character in group:
        if depth == 0 and character in ",}":
            names.append(word.strip().split("::")[0].split(" ")[0])
            word = ""
        elif depth == 0:
            word += character
        depth += (character == "{") - (character == "}")
        if depth < 0:
            break
    return [name for name in names if name]


def imports() -> dict[str, set[str]]:
    """Returns the folders that each folder imports, with a file at the root as a folder of its own."""
    rooms = {path.stem if path.is_file() else path.name for path in SOURCES.iterdir() if path.name not in ROOT}
    homes = {room: room for room in rooms}
    for room, names in EXPORT.findall(production((SOURCES / "lib.rs").read_text())):
        homes |= {name: room for name in re.findall(r"\w+", names) if name not in rooms}
    found: dict[str, set[str]] = {room: set() for room in rooms}
    for file in SOURCES.rglob("*.rs"):
        room = file.relative_to(SOURCES).parts[0].removesuffix(".rs")
        text = production(file.read_text())
        if room not in rooms:
            continue
        for match in PATH.finditer(text):
            names = first_names(text[match.end() :]) if match[1] == "{" else [match[1]]
            found[room] |= {homes[name] for name in names if name in homes} - {room}
    return found


def main() -> int:
    """Prints the first circle, or the folders from the bottom up; returns the exit code."""
    found = imports()
    try:
        order = list(TopologicalSorter(found).static_order())
    except CycleError as error:
        print("import circle:", " <- ".join(error.args[1]))
        return 1
    for room in order:
        print(f"{room:<10} imports {', '.join(sorted(found[room])) or 'nothing'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
