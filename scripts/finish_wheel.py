"""Completes a wheel that maturin built.

    python -m scripts.finish_wheel WHEEL FOLDER

Adds the licences of the crates that are compiled in, and removes the build folder from the list of these crates, which
names the crates of this repository by path.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from scripts.notices import notices

NOTICES = "THIRD-PARTY.txt"


def finish(wheel: Path, folder: Path) -> None:
    """Rewrites the wheel that was built in `folder`; what else is in it stays as it is, down to the times."""
    with zipfile.ZipFile(wheel) as package:
        members = [(info, package.read(info)) for info in package.infolist()]
    recorded: dict[str, str] = {}
    with zipfile.ZipFile(wheel, "w") as package:

        def add(info: zipfile.ZipInfo, data: bytes) -> None:
            recorded[info.filename] = record(info.filename, data)
            package.writestr(info, data, compresslevel=9)

        for info, data in members:  # RECORD is the last of them
            information, _, rest = info.filename.partition(".dist-info/")
            if rest.startswith("sboms/"):
                add(info, data.replace(str(folder.resolve()).encode(), b""))
                text = notices(json.loads(data)["components"], packages(folder))
                notice = zipfile.ZipInfo(f"{information}.dist-info/licenses/{NOTICES}", info.date_time)
                notice.external_attr, notice.compress_type = info.external_attr, info.compress_type
                add(notice, text.encode())
            elif rest == "METADATA":
                add(info, data.replace(b"\nLicense-File:", f"\nLicense-File: {NOTICES}\nLicense-File:".encode(), 1))
            elif rest == "RECORD":
                kept = (line for line in data.decode().splitlines() if line.partition(",")[0] not in recorded)
                written = "".join(f"{line}\n" for line in [*recorded.values(), *kept])
                package.writestr(info, written, compresslevel=9)
            else:
                package.writestr(info, data, compresslevel=9)


def packages(folder: Path) -> list[dict[str, Any]]:
    """Returns the crates that Cargo knows in `folder`, with the folders of their sources."""
    command = ["cargo", "metadata", "--quiet", "--format-version", "1"]
    found: dict[str, Any] = json.loads(subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout)
    return list(found["packages"])


def record(name: str, data: bytes) -> str:
    """The file's line in RECORD."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(data)}"


if __name__ == "__main__":
    finish(Path(sys.argv[1]), Path(sys.argv[2]))
