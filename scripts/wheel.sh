#!/usr/bin/env bash
# wheel.sh [TARGET]: makes the source distribution, and from it the release wheel. A wheel for this machine goes to dist/,
# where it replaces the previous one, and a wheel for another TARGET of Rust to dist/TARGET/.
set -euo pipefail
cd "$(dirname "$0")/.."

place=$(scripts/place.sh "$@")
target=$(scripts/target.sh "$@")
compatibility=
if [[ $target == *-unknown-linux-gnu ]]; then compatibility=manylinux2014; fi

rm -f dist/lambda_cache-*.tar.gz "$place"/lambda_cache-*.whl
# The lock file must fit, because Cargo uses it below without checking it.
cargo metadata --locked --quiet --format-version 1 >/dev/null
# The output is hidden, because Cargo warns about the manifests of unpublished crates.
output=$(.venv/bin/maturin sdist --out dist 2>&1) || { printf '%s\n' "$output" >&2 && exit 1; }
.venv/bin/python scripts/source.py dist/lambda_cache-*.tar.gz target/wheel/source

echo "Building the release wheel (the first time this takes some five minutes on two cores) ..."
if [ -t 2 ]; then quiet=; else quiet=--quiet; fi # Cargo's progress is for terminals
# shellcheck source=scripts/zig/environment.sh
source scripts/zig/environment.sh "$target"
# Without --locked, because Cargo removes the crates that are not in the source distribution from the lock file.
.venv/bin/maturin build --release $quiet --compression-level 9 --interpreter .venv/bin/python --target "$target" \
    --manifest-path target/wheel/source/crates/lambda-cache-python/Cargo.toml \
    ${compatibility:+--compatibility "$compatibility"} --out "$place"
.venv/bin/python -m scripts.finish_wheel "$place"/lambda_cache-*.whl target/wheel/source
ls dist/lambda_cache-*.tar.gz "$place"/lambda_cache-*.whl
