"""Print how many instructions a hit takes in Rust, as callgrind counts them: the same figures on every run.

The attribute must not add to what the plain API takes; exits with 1 if one does that may not.
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
    "RUSTFLAGS": "--cfg=rustix_use_libc",  # rustix's own way to the kernel's clock is one that valgrind hides
}
FEW, MANY = 1_000, 11_000
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
        print(f"\n{'hit':<23}instructions over a bare async call ({bare:.0f})")
        dearer: list[str] = []
        for attribute, plain, most in PAIRS:
            counts = {form: per_hit(form, environment) - bare for form in (attribute, plain)}
            for form, count in counts.items():
                print(f"{form:<23}{count:>6.0f}", flush=True)
            if counts[attribute] > most * counts[plain]:
                dearer.append(attribute)
    if dearer:
        print(f"\nDearer than it may be, beside the plain API: {', '.join(dearer)}")
        return 1
    print("\nNo attribute takes more than it may, beside the plain API.")
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
