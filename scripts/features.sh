#!/usr/bin/env bash
# Lints and tests the library with each of its features alone, and with none. Documentation is tested with all.
set -euo pipefail
cd "$(dirname "$0")/.."

# Two of them without a provider for TLS, which is nothing that these tests need.
for features in "" ssm,ring secrets-manager s3; do
    echo "   ${features:-none}"
    build=(--locked --quiet --package lambda-cache --no-default-features --features "$features")
    cargo clippy "${build[@]}" --all-targets -- -D warnings
    cargo test "${build[@]}" --lib --tests
done
