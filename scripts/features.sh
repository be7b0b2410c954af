#!/usr/bin/env bash
# Lints the library and its tests with each source alone, and with none, and runs its unit tests.
set -euo pipefail
cd "$(dirname "$0")/.."

# Two of them without a provider of TLS, which these tests do not need.
for features in "" ssm,ring secrets-manager s3; do
    echo "   ${features:-none}"
    build=(--locked --quiet --package lambda-cache --no-default-features --features "$features")
    cargo clippy "${build[@]}" --all-targets -- -D warnings
    cargo test "${build[@]}" --lib
done
