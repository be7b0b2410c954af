#!/usr/bin/env bash
# Builds the release wheel; dist/ then holds this one alone. Cargo decides what has to be compiled again.
set -euo pipefail
cd "$(dirname "$0")/.."

# No path of the machine that builds belongs into a wheel; without them it also is 40 kB smaller. Other builds have their
# paths, so this one has its own folder: they would compile each other's crates again.
registry="${CARGO_HOME:-$HOME/.cargo}/registry/src"
export RUSTFLAGS="${RUSTFLAGS:-} --remap-path-prefix=$registry= --remap-path-prefix=$PWD="
# Functions whose code is the same become one, and constants of the same content: half a megabyte. The linker that Rust brings
# for this platform can do that. Nothing here tells functions or constants apart by where they lie.
if [ "$(uname -sm)" = "Linux x86_64" ]; then
    export RUSTFLAGS="$RUSTFLAGS -C link-arg=-Wl,--icf=all,--ignore-data-address-equality,-O2"
fi

rm -f dist/lambda_cache-*.whl
echo "Building the release wheel ..."
.venv/bin/maturin build --release --locked --quiet --compression-level 9 --interpreter .venv/bin/python \
    --target-dir target/wheel --out dist
ls dist/lambda_cache-*.whl
