#!/usr/bin/env bash
# Checks what is in the dependency tree against deny.toml. Advisories come from a data base on the net: the hosted CI asks.
set -euo pipefail
cd "$(dirname "$0")/.."

version=0.20.2
tools=target/tools
deny=$tools/bin/cargo-deny

if [ "$("$deny" --version 2>/dev/null)" != "cargo-deny $version" ]; then
    echo "Installing cargo-deny $version into $tools/ ..."
    # Without optimization: what takes a second takes two, and what takes four minutes takes one.
    cargo install --locked --quiet --debug --root "$tools" --target-dir "$tools/build" --version "$version" cargo-deny
    rm -rf "$tools/build"
fi
"$deny" --locked check --hide-inclusion-graph --allow duplicate bans licenses sources
