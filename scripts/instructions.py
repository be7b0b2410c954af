"""Print how many instructions and allocations a hit takes in Rust, as valgrind counts them: the same on every run.

An attribute must not add to what the plain API takes, and must allocate nothing; exits with 1 if one does that may not.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))

from tests.fakes.aws import Aws  # noqa: E402 (the path is set above)

TARGET = PROJECT / "target" / "instructions"
BUILD = [
    "cargo",
    "build",
    "--profile",
    "usual",
    "--locked",
    "--quiet",
    "--package",
    "lambda-cache",
    "--example",
    "hits",
]
BUILD_ENVIRONMENT = {
    "CARGO_TARGET_DIR": str(TARGET),
    "RUSTFLAGS": "--cfg=rustix_use_libc",  # rustix's own way to the kernel's clock is one that valgrind hides
}
FEW, MANY = 1_000, 11_000


@dataclass(frozen=True)
class Counted:
    """The patterns of valgrind's counts."""

    options: tuple[str, ...]
    line: str


INSTRUCTIONS = Counted(("--tool=callgrind", "--callgrind-out-file=/dev/null"), r"Collected : (\d+)")
ALLOCATIONS = Counted(("--tool=memcheck", "--leak-check=no"), r"total heap usage: ([\d,]+) allocs")
PAIRS = (
    ("attribute", "plain", 1.0),
    ("three-attributes", "three-plain", 1.0),
    ("json-attribute", "json-plain", 1.0),
    # A place whose names change from call to call finds that out, and then does what the plain API does.
    ("alternating-attribute", "alternating-plain", 1.5),
)
"""An attribute, the plain API beside it, and how much of that it may take at most."""


def main() -> int:
    """Build, count, print; the exit code."""
    if not shutil.which("valgrind"):
        print("missing: valgrind\n  Debian, Ubuntu: apt-get install valgrind", file=sys.stderr)
        return 1
    print("Building the example `hits` as Rust users do ...", flush=True)
    subprocess.run(BUILD, cwd=PROJECT, env=os.environ | BUILD_ENVIRONMENT, check=True)
    with Aws() as aws:
        parameters, secrets = aws.client("ssm"), aws.client("secretsmanager")
        for name in ("one", "two"):
            parameters.put_parameter(Name=f"/app/{name}", Type="String", Value="x")
        for name, value in (("three", "x"), ("json", "[1, 2, 3]")):
            secrets.create_secret(Name=f"/app/{name}", SecretString=value)
        environment = aws.environment()
        bare = per_hit("nothing", environment)
        print(f"\n{'hit':<23}instructions over a bare async call ({bare:.0f}), and allocations")
        dearer: list[str] = []
        for attribute, plain, most in PAIRS:
            counts = {form: per_hit(form, environment) - bare for form in (attribute, plain)}
            allocated = {form: per_hit(form, environment, ALLOCATIONS) for form in counts}
            for form, count in counts.items():
                print(f"{form:<23}{count:>6.0f}{allocated[form]:>10.0f}", flush=True)
            if counts[attribute] > most * counts[plain] or (most <= 1 and round(allocated[attribute]) > 0):
                dearer.append(attribute)
    if dearer:
        print(f"\nDearer than it may be, beside the plain API: {', '.join(dearer)}")
        return 1
    print("\nNo attribute takes more than it may, beside the plain API.")
    return 0


def per_hit(form: str, environment: dict[str, str], counted: Counted = INSTRUCTIONS) -> float:
    """Returns the count of one call; one-time work cancels out."""
    return (count(form, MANY, environment, counted) - count(form, FEW, environment, counted)) / (MANY - FEW)


def count(form: str, times: int, environment: dict[str, str], counted: Counted) -> int:
    """Returns the count of the whole process."""
    program = TARGET / "usual" / "examples" / "hits"
    command = ["valgrind", *counted.options, str(program), form, str(times)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    found = re.search(counted.line, run.stderr)
    if run.returncode or not found:
        raise SystemExit(f"{form} failed:\n{run.stderr}")
    return int(found[1].replace(",", ""))


if __name__ == "__main__":
    sys.exit(main())
