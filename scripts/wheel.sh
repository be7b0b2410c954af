#!/usr/bin/env bash
# Builds the release wheel; dist/ then holds this one alone. Cargo decides what has to be compiled again.
set -euo pipefail
cd "$(dirname "$0")/.."

# No path of the machine that builds belongs into a wheel; without them it also is 40 kB smaller. Other builds have their
# paths, so this one has its own folder: they would compile each other's crates again.
registry="${CARGO_HOME:-$HOME/.cargo}/registry/src"
export RUSTFLAGS="${RUSTFLAGS:-} --remap-path-prefix=$registry= --remap-path-prefix=$PWD="
# Functions whose code is the same become one, and constants of the same content: half a megabyte. Not every linker can do
# that; the one that Rust brings for x86-64 can. Nothing here tells functions or constants apart by where they lie.
folding="-C link-arg=-Wl,--icf=all,--ignore-data-address-equality,-O2"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# shellcheck disable=SC2086 # two words
if echo 'fn main() {}' | rustc - $folding -o "$scratch/probe" 2>/dev/null; then
    export RUSTFLAGS="$RUSTFLAGS $folding"
fi

rm -f dist/lambda_cache-*.whl
echo "Building the release wheel ..."
.venv/bin/maturin build --release --locked --quiet --compression-level 9 --interpreter .venv/bin/python \
    --target-dir target/wheel --out dist
ls dist/lambda_cache-*.whl
