#!/usr/bin/env bash
# Builds the release wheel; dist/ then holds this one alone. Cargo decides what has to be compiled again.
set -euo pipefail
cd "$(dirname "$0")/.."

rm -f dist/lambda_cache-*.whl
echo "Building the release wheel ..."
.venv/bin/maturin build --release --locked --quiet --compression-level 9 --interpreter .venv/bin/python --out dist
ls dist/lambda_cache-*.whl
