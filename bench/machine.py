"""The machine and the time of a measurement."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
from pathlib import Path

from bench import notation


def described(project: Path) -> dict[str, str]:
    """Processor, cores, memory, system, Python, date and commit."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{notation.number(memory / (1 << 30))} GiB",
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H-%M-%SZ"),
        "commit": _commit(project),
    }


def line(machine: dict[str, str]) -> str:
    """All of it in one line."""
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory']}; {machine['system']}; "
        f"Python {machine['python']}; {machine['date']}; commit {machine['commit']}"
    )


def _processor() -> str:
    for text in Path("/proc/cpuinfo").read_text().splitlines():
        if text.startswith("model name"):
            return text.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _commit(project: Path) -> str:
    git = ("git", "-C", str(project))
    found = subprocess.run((*git, "rev-parse", "--short", "HEAD"), capture_output=True, text=True, check=False)
    if found.returncode:
        return "unknown"
    changed = subprocess.run((*git, "status", "--porcelain"), capture_output=True, text=True, check=False)
    return found.stdout.strip() + (" with changes" if changed.stdout.strip() else "")
