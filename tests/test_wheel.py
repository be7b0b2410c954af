"""The wheel: it loads wherever Lambda runs Python, and can be installed as users install wheels."""

from __future__ import annotations

import base64
import hashlib
import json
import platform
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lambda_cache
import pytest

from tests import elf, installing

if TYPE_CHECKING:
    from tests.elf import Needs

# The libraries of every Amazon Linux, and of every other Linux with glibc.
SYSTEM = r"(libc\.so\.6|libm\.so\.6|libpthread\.so\.0|libdl\.so\.2|librt\.so\.1|libgcc_s\.so\.1|ld-linux-.*)"
MANYLINUX2014 = (2, 17)


@pytest.fixture(scope="module")
def wheel() -> Path:
    return installing.built("lambda_cache-*.whl")


@pytest.fixture(scope="module")
def extension(wheel: Path) -> Needs:
    with zipfile.ZipFile(wheel) as package, package.open("lambda_cache/_native.abi3.so") as file:
        return elf.needs(file)


def tool(*arguments: str | Path) -> str:
    done = subprocess.run([sys.executable, "-m", *arguments], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_its_name_says_manylinux2014_and_every_python_from_3_10(wheel: Path) -> None:
    machine = platform.machine()
    version = re.escape(lambda_cache.__version__)
    assert re.fullmatch(
        rf"lambda_cache-{version}-cp310-abi3-manylinux2014_{machine}\.manylinux_2_17_{machine}\.whl", wheel.name
    )


def test_the_extension_needs_no_glibc_newer_than_2_17(extension: Needs) -> None:
    assert extension.newest_glibc <= MANYLINUX2014


def test_locally_linked_program_needs_a_newer_glibc(rust_programs: dict[str, Path]) -> None:
    with rust_programs["fault-server"].open("rb") as file:
        assert elf.needs(file).newest_glibc > MANYLINUX2014


def test_extension_needs_only_system_libraries(extension: Needs) -> None:
    assert [library for library in extension.libraries if not re.fullmatch(SYSTEM, library)] == []


def test_unversioned_symbols_are_pythons(extension: Needs) -> None:
    assert extension.unversioned != frozenset()
    assert [name for name in extension.unversioned if not name.startswith(("Py", "_Py"))] == []


def test_auditwheel_says_the_same(wheel: Path) -> None:
    report: dict[str, Any] = json.loads(tool("auditwheel", "show", "--json", wheel))
    assert report["overall_tag"] == f"manylinux_2_17_{platform.machine()}"


def test_abi3audit_accepts_the_wheel_for_3_10(wheel: Path) -> None:
    assert tool("abi3audit", "--strict", wheel) == ""


def test_wheel_has_licences_and_a_list_of_crates(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as package:
        names = package.namelist()
    information = f"lambda_cache-{lambda_cache.__version__}.dist-info"
    assert {
        f"{information}/licenses/LICENSE-MIT",
        f"{information}/licenses/LICENSE-APACHE",
        f"{information}/sboms/lambda-cache-python.cyclonedx.json",
        "lambda_cache/py.typed",
        "lambda_cache/_native.pyi",
    } <= set(names)
    assert {name.partition("/")[0] for name in names} == {"lambda_cache", information}


def test_wheel_has_the_licence_of_each_compiled_crate(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as package:
        content = {
            name.partition(".dist-info/")[2]: package.read(name).decode()
            for name in package.namelist()
            if ".dist-info/" in name
        }
    notices = content["licenses/THIRD-PARTY.txt"]
    listed = json.loads(content["sboms/lambda-cache-python.cyclonedx.json"])["components"]
    crates = [
        crate for crate in listed if "download_url=file:" not in crate["purl"]
    ]  # the others are the project's own
    for crate in crates:
        assert notices.count(f"{crate['name']} {crate['version']}") >= 2, crate["name"]  # in the table, and over a text
    named = {line.removeprefix("License-File: ") for line in content["METADATA"].splitlines() if "License-File" in line}
    assert {f"licenses/{name}" for name in named} == {name for name in content if name.startswith("licenses/")}


def test_wheel_has_no_build_path_and_a_correct_record(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as package:
        content = {name: package.read(name) for name in package.namelist()}
    for path in (installing.REPOSITORY, Path.home()):
        assert [name for name, data in content.items() if f"{path}/".encode() in data] == []
    (record,) = (name for name in content if name.endswith("/RECORD"))
    told = [line.split(",") for line in content.pop(record).decode().splitlines()]
    found = {
        name: [f"sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip('=')}", str(len(data))]
        for name, data in content.items()
    }
    assert {name: rest for name, *rest in told} == {**found, record: ["", ""]}


def test_it_installs_into_an_empty_virtual_environment(wheel: Path, tmp_path: Path) -> None:
    python = installing.new_environment(tmp_path / "environment")
    installing.pip("install", "--no-index", wheel, python=python)
    seen = installing.fetch(python, "-I")
    assert seen["value"] == "x"
    assert seen["version"] == lambda_cache.__version__
    assert Path(seen["folder"]).is_relative_to(tmp_path / "environment")


def test_wheel_installs_into_a_deployment_folder(wheel: Path, tmp_path: Path) -> None:
    python = installing.new_environment(tmp_path / "environment")
    installing.pip("install", "--no-index", "--target", tmp_path / "function", wheel, python=python)
    seen = installing.fetch(python, PYTHONPATH=str(tmp_path / "function"))
    assert (seen["value"], seen["folder"]) == ("x", str(tmp_path / "function" / "lambda_cache"))


def test_target_without_standard_library_is_refused_early(wheel: Path) -> None:
    target = "riscv64gc-unknown-linux-gnu"  # a target that is never installed by chance
    command = [str(installing.REPOSITORY / "scripts" / "wheel.sh"), target]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"rustup target add {target}" in done.stderr
    assert wheel.is_file()
