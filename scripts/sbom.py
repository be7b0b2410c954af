"""Removes the build folder from a wheel's list of crates, which names the crates of this repository by path.

sbom.py WHEEL FOLDER
"""

from __future__ import annotations

import base64
import hashlib
import sys
import zipfile
from pathlib import Path


def clean(wheel: Path, folder: Path) -> None:
    """Rewrites the wheel; what else is in it stays as it is, down to the times."""
    with zipfile.ZipFile(wheel) as package:
        members = [(info, package.read(info)) for info in package.infolist()]
    recorded: dict[str, str] = {}
    with zipfile.ZipFile(wheel, "w") as package:
        for info, data in members:  # RECORD is the last of them
            written = data
            if "/sboms/" in info.filename:
                written = data.replace(str(folder.resolve()).encode(), b"")
                recorded[info.filename] = record(info.filename, written)
            elif info.filename.endswith(".dist-info/RECORD"):
                lines = [recorded.get(line.partition(",")[0], line) for line in data.decode().splitlines()]
                written = "".join(f"{line}\n" for line in lines).encode()
            package.writestr(info, written, compresslevel=9)


def record(name: str, data: bytes) -> str:
    """The file's line in RECORD."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(data)}"


if __name__ == "__main__":
    clean(Path(sys.argv[1]), Path(sys.argv[2]))
