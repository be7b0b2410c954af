"""Unpack a source distribution over an earlier one.

    source.py ARCHIVE FOLDER

Writes only what changed, and removes what is gone: Cargo compiles again what has a new time, and the archive has one
time for all.
"""

from __future__ import annotations

import sys
import tarfile
from pathlib import Path, PurePosixPath


def unpack(archive: Path, folder: Path) -> None:
    """Makes `folder` hold what the archive's only folder holds, and nothing else."""
    content: dict[Path, bytes] = {}
    with tarfile.open(archive) as distribution:
        for member in distribution:
            file = distribution.extractfile(member)
            if file is not None:
                content[folder.joinpath(*PurePosixPath(member.name).parts[1:])] = file.read()
    for path in folder.rglob("*"):
        if path.is_file() and path not in content:
            path.unlink()
    for path, data in content.items():
        if not path.is_file() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


if __name__ == "__main__":
    unpack(Path(sys.argv[1]), Path(sys.argv[2]))
