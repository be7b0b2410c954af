#!/usr/bin/env bash
# Runs Python, with the wheel installed, in an empty folder outside the repository.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
# The root has the tests' packages. The sources of lambda_cache are in python/ and cannot be imported from the root.
PYTHONPATH="$root" PYTHONDONTWRITEBYTECODE=1 "$root/.test-venv/bin/python" "$@"
