#!/usr/bin/env bash
# Runs the demo with no more than it needs: a small environment, and the extension compiled without optimization.
set -euo pipefail
cd "$(dirname "$0")/.."

site=target/demo
venv=.demo-venv
if [ ! -e "$site/lambda_cache" ]; then
    echo "The first time this takes some five minutes on two cores, most of them for compiling the AWS SDK; then seconds."
fi
scripts/tools.sh demo

export PYO3_PYTHON=$PWD/$venv/bin/python
if [ -t 2 ]; then quiet=; else quiet=--quiet; fi # Cargo's progress is for terminals
# The second package gives the AWS SDK the features that it has in `make test`, which therefore need not compile it again.
cargo build --locked $quiet --package lambda-cache-python --package workspace-hack

# Made anew each time, because a file may have been renamed or deleted.
rm -rf "$site.new" && mkdir -p "$site.new"
cp -R python/lambda_cache "$site.new/"
cp target/debug/lib_native.so "$site.new/lambda_cache/_native.abi3.so"
rm -rf "$site" && mv "$site.new" "$site"
PYTHONPATH=$PWD/$site:$PWD exec "$venv/bin/python" -m examples.demo
