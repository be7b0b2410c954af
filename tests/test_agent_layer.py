"""The agent's layer: what Lambda unpacks below /opt, where it starts every program in /opt/extensions.

These tests make it of a development build. What only a release build shows is tested if `make agent-layer` made one.
"""

from __future__ import annotations

import platform
import re
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import lambda_cache
import pytest

from scripts import agent_layer, layer
from tests import elf, installing
from tests.test_wheel import MANYLINUX2014, SYSTEM

if TYPE_CHECKING:
    from scripts.layer import Layer

ARCHITECTURE = layer.ARCHITECTURES[platform.machine()]
PROGRAM = "extensions/lambda-cache-agent"
MOST_BYTES = 4_000_000  # half of the AWS Workload Credentials Provider, 8.0 MB zipped

A_PROGRAM = """
fn main() {
    let caught = std::thread::spawn(|| std::panic::catch_unwind(|| panic!("caught")).is_err()).join();
    println!("{caught:?} {}", std::fs::metadata("/").is_ok());
}
"""
LINK = 'source scripts/zig/environment.sh "$1" && rustc --target "$1" $RUSTFLAGS -o "$2" "$3"'


@pytest.fixture(scope="module")
def made(rust_programs: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Layer:
    return agent_layer.make(rust_programs["lambda-cache-agent"], tmp_path_factory.mktemp("layer"))


@pytest.fixture
def released() -> Path:
    """The layer of the release build."""
    path = installing.DIST / f"lambda-cache-agent-layer-{ARCHITECTURE}.zip"
    if not path.is_file():
        pytest.skip("this takes a release build: run `make agent-layer`")
    return path


def unpacked(path: Path, folder: Path) -> Path:
    """The program of a layer, unpacked with its mode."""
    with zipfile.ZipFile(path) as archive:
        program = Path(archive.extract(PROGRAM, folder))
        program.chmod(stat.S_IMODE(archive.getinfo(PROGRAM).external_attr >> 16))
    return program


def answers(program: Path) -> tuple[str, str]:
    """The output of `--version`, and the first line of `check`."""
    environment = {"AWS_SESSION_TOKEN": "x", "SSM_PARAMETER_STORE_TTL": "600"}
    version, check = (
        subprocess.run([program, word], env=environment, capture_output=True, text=True, check=True, timeout=60).stdout
        for word in ("--version", "check")
    )
    assert "ssm: max age 600 s" in check
    return version.strip(), check.splitlines()[0]


def test_layer_has_an_executable_extension_and_licences(made: Layer) -> None:
    assert (made.path.name, made.architecture) == (f"lambda-cache-agent-layer-{ARCHITECTURE}.zip", ARCHITECTURE)
    with zipfile.ZipFile(made.path) as archive:
        assert archive.testzip() is None
        assert {entry.filename: stat.filemode(entry.external_attr >> 16) for entry in archive.infolist()} == {
            PROGRAM: "-rwxr-xr-x",
            "lambda-cache-agent/LICENSE-APACHE": "-rw-r--r--",
            "lambda-cache-agent/LICENSE-MIT": "-rw-r--r--",
            "lambda-cache-agent/THIRD-PARTY.txt": "-rw-r--r--",
        }
        assert {entry.date_time for entry in archive.infolist()} == {layer.BEGINNING_OF_ZIP_TIME}


def test_extension_of_the_layer_runs(made: Layer, tmp_path: Path) -> None:
    version = f"lambda-cache-agent {lambda_cache.__version__}"
    assert answers(unpacked(made.path, tmp_path)) == (version, "port: 127.0.0.1:2773")


def test_notices_name_the_crates_of_the_agent(made: Layer) -> None:
    with zipfile.ZipFile(made.path) as archive:
        notices = archive.read("lambda-cache-agent/THIRD-PARTY.txt").decode()
    manifest = (installing.REPOSITORY / "crates/lambda-cache-agent/Cargo.toml").read_text()
    dependencies = re.findall(r"^([\w-]+)(?:\.workspace)? = ", manifest.split("dependencies]\n")[1], re.MULTILINE)
    crates = [name for name in dependencies if not name.startswith("lambda-cache")]
    for name in [*crates, "ring", "webpki-roots"]:
        assert len(re.findall(rf"\b{name} \d", notices)) >= 2, name  # in the table, and over a text
    assert re.findall(r"\b(?:proptest|tempfile|thiserror-impl) \d", notices) == []  # of tests, and of the compiler


def test_command_is_reproducible_and_prints_how_to_publish(rust_programs: dict[str, Path], tmp_path: Path) -> None:
    program = tmp_path / "lambda-cache-agent"
    with rust_programs["lambda-cache-agent"].open("rb") as file:
        program.write_bytes(file.read(100_000))  # the beginning says for which machine it is
    (tmp_path / "other").mkdir()
    command: list[str | Path] = [sys.executable, "-m", "scripts.agent_layer", program, tmp_path]
    done = subprocess.run(command, cwd=installing.REPOSITORY, capture_output=True, text=True, check=True, timeout=120)
    (path,) = tmp_path.glob("*.zip")
    assert path.read_bytes() == agent_layer.make(program, tmp_path / "other").path.read_bytes()
    what, how = done.stdout.splitlines()
    assert what.startswith(f"{path}: {path.stat().st_size / 1e6:.2f} MB, ")
    assert how == (
        f"aws lambda publish-layer-version --layer-name lambda-cache-agent --zip-file fileb://{path}"
        f" --compatible-architectures {ARCHITECTURE}"
    )


@pytest.mark.parametrize("head", [b"\xcf\xfa\xed\xfe" + bytes(16), b"\x7fELF" + bytes(14) + b"\xf3\0"])
def test_a_program_for_another_system_makes_no_layer(head: bytes, tmp_path: Path) -> None:
    program = tmp_path / "lambda-cache-agent"
    program.write_bytes(head)
    with pytest.raises(ValueError, match="does not run in Lambda"):
        agent_layer.make(program, tmp_path)
    assert list(tmp_path.glob("*.zip")) == []


def test_zig_links_programs_against_glibc_2_17(tmp_path: Path) -> None:
    (tmp_path / "main.rs").write_text(A_PROGRAM)
    target = f"{platform.machine()}-unknown-linux-gnu"
    command: list[str | Path] = ["bash", "-euc", LINK, "link", target, tmp_path / "program", tmp_path / "main.rs"]
    subprocess.run(command, cwd=installing.REPOSITORY, check=True, timeout=120)
    run = subprocess.run([tmp_path / "program"], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout == "Ok(true) true\n"
    with (tmp_path / "program").open("rb") as file:
        assert elf.needs(file).newest_glibc <= MANYLINUX2014


def test_released_layer_runs_on_every_amazon_linux(released: Path, tmp_path: Path) -> None:
    program = unpacked(released, tmp_path)
    with program.open("rb") as file:
        needs = elf.needs(file)
    assert needs.newest_glibc <= MANYLINUX2014
    assert [library for library in needs.libraries if not re.fullmatch(SYSTEM, library)] == []
    assert needs.unversioned == frozenset()
    assert answers(program)[0] == f"lambda-cache-agent {lambda_cache.__version__}"


def test_released_layer_is_small_and_has_no_build_path(released: Path) -> None:
    assert released.stat().st_size <= MOST_BYTES
    with zipfile.ZipFile(released) as archive:
        program = archive.read(PROGRAM)
    assert [path for path in (installing.REPOSITORY, Path.home()) if f"{path}/".encode() in program] == []
