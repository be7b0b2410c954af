#!/usr/bin/env bash
# agent.sh [TARGET]: builds the agent with the wheel's profile and linker, and puts it beside the wheel.
set -euo pipefail
cd "$(dirname "$0")/.."

place=$(scripts/place.sh "$@")
target=$(scripts/target.sh "$@")
echo "Building the agent (the first time this takes some five minutes on two cores) ..."
if [ -t 2 ]; then quiet=; else quiet=--quiet; fi # Cargo's progress is for terminals
# shellcheck source=scripts/zig/environment.sh
source scripts/zig/environment.sh "$target"
cargo build --locked --release $quiet --target "$target" --package lambda-cache-agent
mkdir -p "$place"
install -m 755 "$CARGO_TARGET_DIR/$target/release/lambda-cache-agent" "$place/lambda-cache-agent"
ls "$place/lambda-cache-agent"
