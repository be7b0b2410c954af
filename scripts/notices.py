"""The licences and copyright notices of the crates that are compiled into a wheel, which their licences ask for."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LEGAL = re.compile(r"(licen[cs]e|copying|copyright|notice|unlicense)", re.IGNORECASE)
CHOICE = re.compile(r"[\w.-]+(?: (?:WITH [\w.-]+|OR [\w.-]+)|/[\w.-]+)*")
LINE = "-" * 80

# These crates come without the text of their licence, which is MIT.
WITHOUT_TEXT = dict.fromkeys(["base64-simd", "vsimd"], "Copyright (c) the authors of https://github.com/Nugine/simd")
STANDARD_LIBRARY = "Copyright (c) The Rust Project Developers (see https://thanks.rust-lang.org)"
MIT = (Path(__file__).parents[1] / "LICENSE-MIT").read_text().partition("\n\n")[2].partition("\n\n")[2].strip()


def notices(listed: Iterable[dict[str, Any]], packages: Iterable[dict[str, Any]]) -> str:
    """Returns the text for the components of a list of crates (CycloneDX), whose sources `cargo metadata` names.

    Raises:
        LookupError: A crate has no text of its licence.
    """
    known = {(package["name"], package["version"]): package for package in packages}
    crates = [known[crate["name"], crate["version"]] for crate in listed]
    linked = [crate for crate in crates if crate["source"] is not None]  # the others are this repository's
    used_by: defaultdict[str, list[str]] = defaultdict(list)
    texts: dict[str, str] = {}
    for crate in linked:
        for text in _texts(crate):
            same = " ".join(text.split())
            texts.setdefault(same, text.strip())
            used_by[same].append(f"{crate['name']} {crate['version']}")
    standard = f"{STANDARD_LIBRARY}\n\n{MIT}"
    sections = [f"{', '.join(used_by[same])}\n\n{text}" for same, text in texts.items()]
    sections.append(f"the standard library of Rust\n\n{standard}")
    table = [f"{crate['name']} {crate['version']}: {crate['license']}" for crate in linked]
    return f"\n\n{LINE}\n".join(["This package contains these crates:\n\n" + "\n".join(table), *sections]) + "\n"


def _texts(crate: dict[str, Any]) -> Iterator[str]:
    folder = Path(crate["manifest_path"]).parent
    files = sorted(path for path in folder.rglob("*") if path.is_file() and _is_legal(path.relative_to(folder)))
    if CHOICE.fullmatch(crate["license"]) and any("MIT" in file.name for file in files):
        files = [file for file in files if "APACHE" not in file.name.upper() and file.name != "UNLICENSE"]
    if files:
        yield from (file.read_text() for file in files)
    elif crate["name"] in WITHOUT_TEXT:
        yield f"{WITHOUT_TEXT[crate['name']]}\n\n{MIT}"
    else:
        raise LookupError(f"{crate['name']} has no text of its licence: add its notice to WITHOUT_TEXT in {__file__}")


def _is_legal(path: Path) -> bool:
    return LEGAL.match(path.name) is not None and path.suffix != ".rs" and "tests" not in path.parts
