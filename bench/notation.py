"""Formats quantities. MB is 10^6 bytes, MiB is 2^20."""

from __future__ import annotations

MB = 1_000_000
MIB = 1 << 20


def number(value: float) -> str:
    """Three significant digits, and all of a larger whole part: 0.0123, 1.23, 12.3, 1,234."""
    if value == 0:
        return "0"
    size = abs(value)
    for limit, digits in ((99.95, 0), (9.995, 1), (0.9995, 2), (0.09995, 3)):
        if size >= limit:
            return f"{value:,.{digits}f}"
    return f"{value:.3g}"


def fraction(value: float) -> str:
    """A ratio as people say it: 1/54 below one half, else a number."""
    return f"1/{number(1 / value)}" if 0 < value <= 0.5 else number(value)


def size(count: int) -> str:
    """A power of two of bytes: 1 KiB, 4 GiB."""
    for unit, shift in (("GiB", 30), ("MiB", 20), ("KiB", 10)):
        if count >= 1 << shift:
            return f"{number(count / (1 << shift)).removesuffix('.00').removesuffix('.0')} {unit}"
    return f"{count} B"
