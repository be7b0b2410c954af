#!/usr/bin/env bash
# Packs each crate that is published, and builds it from its package alone.
set -euo pipefail
cd "$(dirname "$0")/.."

# Without debug information, as the workspace builds its dependencies: half the time, a third of the disk.
export CARGO_PROFILE_DEV_DEBUG=false
cargo package --locked --quiet --allow-dirty --package lambda-cache-names --package lambda-cache-macros --package lambda-cache
