#!/usr/bin/env bash
# Tests the library with the code that replaces Linux's on other systems: the clocks, and files without owners and modes.
# portable.sh rustc ...: the compiler with the cfg of that code. Cargo runs it for the crates of this workspace alone, so that
# the AWS SDK is not compiled again.
set -euo pipefail

if [ $# -gt 0 ]; then
    exec "$@" --cfg lambda_cache_portable -D warnings
fi

cd "$(dirname "$0")/.."
RUSTC_WORKSPACE_WRAPPER=$PWD/scripts/portable.sh cargo test --locked --quiet \
    --package lambda-cache --package workspace-hack --features lambda-cache/local \
    --lib --test files --test files_bounded --test large_files --test freshness --test plain
