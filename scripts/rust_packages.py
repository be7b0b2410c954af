"""`python -m scripts.rust_packages`: makes packages of Rust functions with the commands in docs/, and checks them.

The hosted CI runs this: it compiles the AWS SDK twice, with all optimizations, which is too long for `make test`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from tests.doc_walkthrough import Walkthrough
from tests.fakes.cargo_lambda import with_cargo_lambda

REPOSITORY = Path(__file__).parents[1]
ELF = b"\x7fELF"


def commands_of_the_example() -> str:
    """Returns the commands in docs/deploying.md."""
    page = (REPOSITORY / "docs/deploying.md").read_text()
    (commands,) = re.findall(r"^```sh\n([^`]*?^cargo lambda build [^`]*)^```$", page, re.MULTILINE)
    return str(commands)


def get_started_page() -> str:
    """docs/get-started/rust.md, but for the section that runs the function, which a test has."""
    page = (REPOSITORY / "docs/get-started/rust.md").read_text()
    without, sections = re.subn(r"^## Run it\n.*?(?=^## )", "", page, flags=re.MULTILINE | re.DOTALL)
    assert sections == 1, "the page has no longer one section that runs the function"
    return without


def of_the_example() -> Path:
    """The zip of the Rust function in examples/."""
    environment = with_cargo_lambda(dict(os.environ))
    subprocess.run(["bash", "-euc", commands_of_the_example()], cwd=REPOSITORY, env=environment, check=True)
    return REPOSITORY / "examples/rust-function/target/lambda/rust-function/bootstrap.zip"


def walkthrough_package(folder: Path) -> Path:
    """The zip of the function that a newcomer writes in an empty `folder`."""
    (folder / "lambda-cache").symlink_to(REPOSITORY)
    Walkthrough(folder, dict(os.environ), port=0).follow(get_started_page())
    return folder / "my-function/target/lambda/my-function/bootstrap.zip"


def check(package: Path) -> None:
    """Raise `AssertionError` unless the zip holds one program, `bootstrap`, that Lambda can execute."""
    with zipfile.ZipFile(package) as packed:
        assert packed.namelist() == ["bootstrap"], packed.namelist()
        mode = packed.getinfo("bootstrap").external_attr >> 16
        assert mode & 0o555 == 0o555, f"others than its owner may not run it: {mode:o}"
        assert packed.read("bootstrap")[:4] == ELF
    sys.stdout.write(f"{package.name}: {package.stat().st_size / 1e6:.2f} MB\n")


if __name__ == "__main__":
    check(of_the_example())
    with tempfile.TemporaryDirectory() as empty:
        check(walkthrough_package(Path(empty)))
