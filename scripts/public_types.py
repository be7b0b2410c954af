"""Print the foreign types in the public API of the crate `lambda-cache`, and exit with 1 if one is not allowed.

The types are those in rustdoc's JSON, which stable Rust writes if a variable allows it. The variable is set for rustdoc
alone, because build scripts read it too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

PROJECT = Path(__file__).parents[1]
ALLOWED = {"std", "core", "alloc", "aws_types", "bytes", "lambda_runtime", "serde", "serde_core"}
"""The crates whose types may be in the API; DESIGN.md says why. `serde`'s traits are bounds."""


def described() -> dict[str, Any]:
    """Returns the description of the crate's public items."""
    with tempfile.TemporaryDirectory() as folder:
        rustdoc = Path(folder) / "rustdoc"
        rustdoc.write_text('#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec rustdoc -Z unstable-options --output-format json "$@"\n')
        rustdoc.chmod(0o755)
        # The second package gives the AWS SDK the features that it has elsewhere, so that it is not compiled again.
        command = ["cargo", "doc", "--locked", "--quiet", "--no-deps", "--lib"]
        command += ["--package", "lambda-cache", "--package", "workspace-hack"]
        subprocess.run(command, cwd=PROJECT, env=os.environ | {"RUSTDOC": str(rustdoc)}, check=True)
    crate: dict[str, Any] = json.loads((PROJECT / "target" / "doc" / "lambda_cache.json").read_text())
    return crate


def used(item: object) -> Iterator[int]:
    """Returns the ids of the types and traits in an item."""
    if isinstance(item, dict):
        fields = cast("dict[str, object]", item)
        number = fields.get("id")
        if isinstance(number, int) and "path" in fields and "args" in fields:
            yield number
        for part in fields.values():
            yield from used(part)
    elif isinstance(item, list):
        for part in cast("list[object]", item):
            yield from used(part)


def public(crate: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Returns the items that a user can reach from the root, without those that the compiler implements."""
    index = crate["index"]
    seen: set[str] = set()
    waiting = [str(crate["root"])]
    while waiting:
        number = waiting.pop()
        if number in seen or number not in index:
            continue
        seen.add(number)
        item: dict[str, Any] = index[number]
        ((kind, inner),) = item["inner"].items()
        if kind == "impl" and (inner["is_synthetic"] or inner["blanket_impl"]):
            continue
        waiting += map(str, contained(kind, inner))
        if item["crate_id"] == 0:
            yield item


def contained(kind: str, inner: dict[str, Any]) -> list[int]:
    """Returns the ids of the items in an item."""
    if kind == "use":
        return [inner["id"]] if inner["id"] is not None else []
    if kind not in {"module", "struct", "enum", "trait", "impl"}:
        return []
    ids: list[int] = [*inner.get("items", []), *inner.get("impls", []), *inner.get("variants", [])]
    if kind == "struct" and isinstance(inner["kind"], dict):
        fields = cast("dict[str, Any]", inner["kind"])
        ids += fields["plain"]["fields"] if "plain" in fields else [field for field in fields["tuple"] if field]
    return ids


def main() -> int:
    """Returns the exit code."""
    crate = described()
    found: dict[str, set[str]] = {}
    for item in public(crate):
        for number in used(item["inner"]):
            path = crate["paths"].get(str(number))
            if path is not None and path["crate_id"] != 0:
                name = crate["external_crates"][str(path["crate_id"])]["name"]
                found.setdefault(name, set()).add("::".join(path["path"]))
    for name, types in sorted(found.items()):
        print(f"{'allowed' if name in ALLOWED else 'NOT ALLOWED'}: {name} ({', '.join(sorted(types))})")
    return int(not found.keys() <= ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
