"""Print how many instructions a hit takes in Rust, as callgrind counts them: the same figures on every run.

The attribute must not add to what the plain API takes; exits with 1 if it does.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))

from standin.aws import Aws  # noqa: E402 (the path is set above)

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
    "CARGO_PROFILE_RELEASE_OPT_LEVEL": "3",  # what users build with; the workspace's own is for size
    "CARGO_PROFILE_RELEASE_LTO": "thin",
    "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
    "RUSTFLAGS": "--cfg=rustix_use_libc",  # rustix's own way to the kernel's clock is one that valgrind hides
}
FEW, MANY = 1_000, 11_000
PAIRS = (
    ("attribute", "plain"),
    ("three-attributes", "three-plain"),
    ("json-attribute", "json-plain"),
    ("alternating-attribute", "alternating-plain"),
)


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
        print(f"\n{'hit':<23}instructions over a bare async call ({bare:.0f})")
        dearer: list[str] = []
        for attribute, plain in PAIRS:
            counts = {form: per_hit(form, environment) - bare for form in (attribute, plain)}
            for form, count in counts.items():
                print(f"{form:<23}{count:>6.0f}", flush=True)
            if counts[attribute] > counts[plain]:
                dearer.append(attribute)
    if dearer:
        print(f"\nDearer than the plain API: {', '.join(dearer)}")
        return 1
    print("\nNo attribute takes more than the plain API.")
    return 0


def per_hit(form: str, environment: dict[str, str]) -> float:
    """Instructions of one call; everything that happens once cancels out."""
    return (count(form, MANY, environment) - count(form, FEW, environment)) / (MANY - FEW)


def count(form: str, times: int, environment: dict[str, str]) -> int:
    """Instructions of the whole process."""
    program = TARGET / "usual" / "examples" / "hits"
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", str(program), form, str(times)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode or not found:
        raise SystemExit(f"{form} failed:\n{run.stderr}")
    return int(found[1])


if __name__ == "__main__":
    sys.exit(main())
