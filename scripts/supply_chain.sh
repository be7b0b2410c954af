#!/usr/bin/env bash
# Checks the dependency tree against deny.toml. The hosted CI also checks advisories, which need a database on the network.
set -euo pipefail
cd "$(dirname "$0")/.."

version=0.20.2
tools=target/tools
deny=$tools/bin/cargo-deny

if [ "$("$deny" --version 2>/dev/null)" != "cargo-deny $version" ]; then
    echo "Installing cargo-deny $version into $tools/ ..."
    # Without optimization a check takes two seconds instead of one, and compiling one minute instead of four.
    cargo install --locked --quiet --debug --root "$tools" --target-dir "$tools/build" --version "$version" cargo-deny
    rm -rf "$tools/build"
fi
"$deny" --locked check --hide-inclusion-graph --allow duplicate bans licenses sources
# The benchmark and the fuzz targets have lock files of their own, which a new dependency of the library makes out of date.
for folder in bench/rust fuzz; do
    cargo update --workspace --locked --quiet --manifest-path "$folder/Cargo.toml"
done
