"""Sub-interpreters: one process, one lambda_cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import program

if TYPE_CHECKING:
    from pathlib import Path


def test_sub_interpreter_cannot_import_the_package(tmp_path: Path) -> None:
    seen = program.run("subinterpreters", str(tmp_path / "said"))
    assert len(seen["said"]) == 2
    for said in seen["said"]:
        assert "works in one interpreter of a process, the main one" in said
        assert "threads or processes instead of sub-interpreters" in said
