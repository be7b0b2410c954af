#!/usr/bin/env bash
# Runs every lint, type check and test, the quickest first. The wheel is built beside the steps that do not need it, because
# the second half of its build uses one core.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/step.sh --first
output=target/wheel-build.log
set -m # gives the build a process group, so that all of it ends when this script fails or is interrupted
make test-python-build >"$output" 2>&1 </dev/null &
wheel=$!
set +m
trap 'kill -- "-$wheel" 2>/dev/null || true' EXIT

make types lint test-rust
if ! wait "$wheel"; then
    cat "$output" >&2
    exit 1
fi
cat "$output"
make test-python-run
scripts/step.sh --last
