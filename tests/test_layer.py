"""The layer: what Lambda unpacks below /opt, where every runtime looks for packages in /opt/python."""

from __future__ import annotations

import platform
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import lambda_cache
import pytest

from scripts import layer
from tests import installing

if TYPE_CHECKING:
    from scripts.layer import Layer

ARCHITECTURE = layer.ARCHITECTURES[platform.machine()]
LAMBDA_S_LIMIT_BYTES = 250 * (1 << 20)  # of a function and all of its layers, unpacked


@pytest.fixture(scope="module")
def wheel() -> Path:
    return installing.built("lambda_cache-*.whl")


@pytest.fixture(scope="module")
def made(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Layer:
    return layer.make(wheel, tmp_path_factory.mktemp("layer"))


def test_layer_name_has_version_and_architecture(made: Layer) -> None:
    name = f"lambda-cache-layer-{lambda_cache.__version__}-{ARCHITECTURE}.zip"
    assert (made.path.name, made.architecture) == (name, ARCHITECTURE)


def test_layer_can_be_imported_from_opt(made: Layer, tmp_path: Path) -> None:
    opt = tmp_path / "opt"
    with zipfile.ZipFile(made.path) as archive:
        archive.extractall(opt)
    python = installing.new_environment(tmp_path / "environment")  # a runtime, without our wheel
    seen = installing.fetch(python, PYTHONPATH=str(opt / "python"))
    assert (seen["value"], seen["folder"]) == ("x", str(opt / "python" / "lambda_cache"))
    assert seen["version"] == lambda_cache.__version__
    assert (opt / "python" / f"lambda_cache-{lambda_cache.__version__}.dist-info" / "METADATA").is_file()


def test_layer_has_the_wheels_files_readable_by_all(made: Layer, wheel: Path) -> None:
    with zipfile.ZipFile(made.path) as archive, zipfile.ZipFile(wheel) as package:
        assert archive.testzip() is None
        content = {name: archive.read(name) for name in archive.namelist()}
        assert content == {f"python/{name}": package.read(name) for name in package.namelist()}
        assert {stat.filemode(entry.external_attr >> 16) for entry in archive.infolist()} == {"-rw-r--r--"}
        assert {entry.date_time for entry in archive.infolist()} == {layer.BEGINNING_OF_ZIP_TIME}
    assert made.unpacked_bytes == sum(map(len, content.values())) < LAMBDA_S_LIMIT_BYTES / 20


def test_a_wheel_for_another_system_makes_no_layer(tmp_path: Path) -> None:
    for name in ("lambda_cache-1.0-cp310-abi3-macosx_11_0_arm64.whl", "lambda_cache-1.0-cp310-abi3-linux_x86_64.whl"):
        with pytest.raises(ValueError, match="does not run in Lambda"):
            layer.make(tmp_path / name, tmp_path)
    assert list(tmp_path.glob("*.zip")) == []


def test_command_is_reproducible_and_prints_how_to_publish(made: Layer, wheel: Path, tmp_path: Path) -> None:
    command = [sys.executable, layer.__file__, str(wheel), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    (path,) = tmp_path.glob("*.zip")
    assert path.read_bytes() == made.path.read_bytes()
    what, how = done.stdout.splitlines()
    assert what.startswith(f"{path}: {path.stat().st_size / 1e6:.2f} MB, ")
    assert how == (
        f"aws lambda publish-layer-version --layer-name lambda-cache --zip-file fileb://{path}"
        " --compatible-runtimes python3.10 python3.11 python3.12 python3.13 python3.14"
        f" --compatible-architectures {ARCHITECTURE}"
    )
