#!/usr/bin/env bash
# layer.sh [TARGET]: makes a Lambda layer of the wheel that `wheel.sh TARGET` built, beside it.
set -euo pipefail
cd "$(dirname "$0")/.."

place=$(scripts/place.sh "$@")
rm -f "$place"/lambda-cache-layer-*.zip
.venv/bin/python -m scripts.layer "$place"/lambda_cache-*.whl "$place"
