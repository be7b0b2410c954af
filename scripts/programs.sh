#!/usr/bin/env bash
# Compiles the Rust that the Python tests run, so that no test has to wait until the AWS SDK is compiled.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "Building the Rust programs ..."
# What tests/cargo.py takes: the whole workspace, with the features of `cargo test --workspace`.
cargo build --locked --quiet --workspace --bins --examples
