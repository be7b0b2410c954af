#!/usr/bin/env bash
# Packs each crate that is published, and builds it from its package alone.
set -euo pipefail
cd "$(dirname "$0")/.."

# What Cargo unpacked of an earlier package of this version, from this place, it would take for this one.
rm -rf "${CARGO_HOME:-$HOME/.cargo}"/registry/{cache,src}/*/lambda-cache-{names,macros}-[0-9]*

# Without debug information, as the workspace builds its dependencies: half the time, a third of the disk.
export CARGO_PROFILE_DEV_DEBUG=false
cargo package --locked --quiet --allow-dirty --package lambda-cache-names --package lambda-cache-macros --package lambda-cache
