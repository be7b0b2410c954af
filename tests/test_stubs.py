"""The stubs beside the modules say what the modules have, completion shows it, and `help()` describes it."""

from __future__ import annotations

import importlib
import inspect
import pydoc
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import lambda_cache
import pytest

if TYPE_CHECKING:
    from pathlib import Path

SOURCES = ["ssm", "secrets_manager", "s3", "custom"]
MODULES = [*SOURCES, "exceptions", "testing"]


def test_the_stubs_have_what_the_modules_have(tmp_path: Path) -> None:
    settings = tmp_path / "mypy.ini"
    settings.write_text("[mypy]\nignore_missing_imports = True\n")
    modules = [f"lambda_cache.{module}" for module in (*SOURCES, "_refresh", "_native")]
    command = [sys.executable, "-m", "mypy.stubtest", "--concise", f"--mypy-config-file={settings}", *modules]
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    unexpected = [line for line in checked.stdout.splitlines() if not is_meant(line)]
    assert unexpected == [], checked.stderr
    assert checked.stdout.count(".cache is inconsistent") >= len(SOURCES), "they were looked at"


def is_meant(line: str) -> bool:
    """Returns True for arguments that a function takes only to refuse them: unknown keywords, no name, no path."""
    is_of_source = line.startswith(tuple(f"lambda_cache.{source}." for source in SOURCES))
    is_of_refresh = line.startswith("lambda_cache._refresh.refresh_on_error ")
    is_either = line.startswith("lambda_cache.ssm.") and 'runtime parameter "path" has a default value' in line
    is_optional = is_of_source and "has a default value but stub" in line
    return is_either or is_optional or ((is_of_source or is_of_refresh) and 'unknown"' in line)


@pytest.mark.parametrize("name", MODULES)
def test_completion_shows_public_names_alone(name: str) -> None:
    module: Any = importlib.import_module(f"lambda_cache.{name}")
    assert dir(module) == sorted(module.__all__)
    assert [public for public in dir(module) if public.startswith("_") or not hasattr(module, public)] == []


def test_the_package_loads_its_modules_at_first_use(tmp_path: Path) -> None:
    assert dir(lambda_cache) == sorted(lambda_cache.__all__)
    assert {*MODULES, "clear", "stats"} <= set(dir(lambda_cache))
    program = (
        "import sys, lambda_cache\n"
        "assert 'lambda_cache.testing' not in sys.modules\n"
        "with lambda_cache.testing.values(ssm={'/app/var': 'x'}):\n"
        "    print(lambda_cache.ssm.get_entry('/app/var'))"
    )
    command = [sys.executable, "-c", program]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout == "x\n"


@pytest.mark.parametrize("name", SOURCES)
def test_help_describes_every_function(name: str) -> None:
    module: Any = importlib.import_module(f"lambda_cache.{name}")
    shown = pydoc.plain(pydoc.render_doc(module))
    for public in module.__all__:
        first = (inspect.getdoc(getattr(module, public)) or "").splitlines()[0]
        assert len(first) > 20
        assert first in shown
