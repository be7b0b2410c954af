"""Whether what a process takes stays level: samples of it, and what grew."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_MIB = 1 << 20
_SHARES = 5


@dataclass(frozen=True)
class Sample:
    """The resources of this process at one moment."""

    resident_bytes: int
    descriptors: int
    threads: int
    folder_bytes: int
    """The size of the folder of downloads."""


MAY_GROW_BY = Sample(resident_bytes=_MIB, descriptors=3, threads=2, folder_bytes=_MIB)


def sample(folder: Path) -> Sample:
    """Returns the current resources of this process."""
    resident_pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Sample(
        resident_bytes=resident_pages * _PAGE_BYTES,
        descriptors=len(list(Path("/proc/self/fd").iterdir())),
        threads=len(list(Path("/proc/self/task").iterdir())),
        folder_bytes=sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir()),
    )


def grown(samples: list[Sample], may_grow_by: Sample = MAY_GROW_BY) -> list[str]:
    """Describes the resources that grew. The first fifth of the samples is the warm-up, and the second is the base."""
    fifth = len(samples) // _SHARES
    if not fifth:
        raise ValueError(f"{len(samples)} samples are too few")
    second, last = samples[fifth : 2 * fifth], samples[-fifth:]
    found: list[str] = []
    for what, most in vars(may_grow_by).items():
        before, after = (median(getattr(one, what) for one in some) for some in (second, last))
        if after - before > most:
            found.append(f"{what}: {before:,.0f} in the second fifth, {after:,.0f} in the last")
    return found
