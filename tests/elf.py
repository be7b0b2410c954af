"""The requirements of a compiled file on the machine that loads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection, GNUVerSymSection
from elftools.elf.sections import StringTableSection, SymbolTableSection

if TYPE_CHECKING:
    from typing import IO

UNVERSIONED = ("VER_NDX_LOCAL", "VER_NDX_GLOBAL")


@dataclass(frozen=True)
class Needs:
    """The requirements of a compiled file."""

    libraries: frozenset[str]
    versions: frozenset[str]
    """The versions of these libraries' symbols, such as GLIBC_2.17."""
    unversioned: frozenset[str]
    """The symbols that any library may have, and that must be there."""

    @property
    def newest_glibc(self) -> tuple[int, ...]:
        """The newest version of glibc that has a symbol which is needed."""
        return max(number(version) for version in self.versions if version.startswith("GLIBC_"))


def number(version: str) -> tuple[int, ...]:
    """(2, 17) of GLIBC_2.17."""
    return tuple(int(part) for part in version.partition("_")[2].split("."))


def needs(file: IO[bytes]) -> Needs:
    """Reads what an ELF file needs."""
    elf = ELFFile(file)
    dynamic = elf.get_section_by_name(".dynamic")
    needed = elf.get_section_by_name(".gnu.version_r")
    symbols = elf.get_section_by_name(".dynsym")
    versions = elf.get_section_by_name(".gnu.version")
    assert isinstance(dynamic, DynamicSection)
    names = elf.get_section(dynamic["sh_link"])
    assert isinstance(names, StringTableSection)
    assert isinstance(needed, GNUVerNeedSection)
    assert isinstance(symbols, SymbolTableSection)
    assert isinstance(versions, GNUVerSymSection)
    unversioned = (
        symbol.name
        for index, symbol in enumerate(symbols.iter_symbols())
        if symbol.name and symbol["st_shndx"] == "SHN_UNDEF" and symbol["st_info"]["bind"] == "STB_GLOBAL"
        if versions.get_symbol(index)["ndx"] in UNVERSIONED
    )
    return Needs(
        frozenset(names.get_string(tag["d_val"]) for tag in dynamic.iter_tags("DT_NEEDED")),
        frozenset(version.name for _, versions in needed.iter_versions() for version in versions),
        frozenset(unversioned),
    )
