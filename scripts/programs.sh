#!/usr/bin/env bash
# Compiles the Rust programs that the Python tests run, so that no test waits for the AWS SDK.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "Building the Rust programs ..."
# The build that tests/cargo.py uses: the whole workspace, with the features of `cargo test --workspace`.
cargo build --locked --quiet --workspace --bins --examples
