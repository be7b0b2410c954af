"""The resources of this process. This module imports nothing, so that it adds nothing."""


def peak_bytes() -> int:
    """The most memory that it has had at once (VmHWM)."""
    with open("/proc/self/status") as status:  # noqa: PTH123 (pathlib is a large import)
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    raise RuntimeError("the kernel does not tell the peak memory")
