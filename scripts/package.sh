#!/usr/bin/env bash
# Packs each crate that is published, and builds it from its package alone.
set -euo pipefail
cd "$(dirname "$0")/.."

# Cargo takes a package's version and place for its content, for good. So each content has a place of its own.
crates=(crates/lambda-cache-names crates/lambda-cache-macros crates/lambda-cache)
content=$(find "${crates[@]}" Cargo.toml Cargo.lock -type f | sort | xargs cksum | cksum | cut -d ' ' -f 1)
place=target/packages/$content
[ -d "$place" ] || rm -rf target/packages

# Without debug information, as the workspace builds its dependencies: half the time, a third of the disk.
export CARGO_PROFILE_DEV_DEBUG=false
cargo package --locked --quiet --allow-dirty --target-dir "$place" "${crates[@]/#crates\//--package=}"
