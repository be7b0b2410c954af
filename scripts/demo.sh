#!/usr/bin/env bash
# Runs the demo with no more than it needs: a small environment, and the extension compiled without optimization.
# demo.sh rustc ...: the compiler, with less memory, and for one large crate of the AWS SDK at a time.
set -euo pipefail

if [ $# -gt 0 ]; then
    if [[ " $* " =~ " --crate-name aws_sdk_"(s3|ssm|secretsmanager)" " ]] && command -v flock >/dev/null; then
        exec {lock}>"$LARGE" && flock "$lock" # not 9, which may be of Cargo's jobserver
    fi
    # The compiler returns memory at once: 1.4 GB for S3 instead of 2.1, and no more CPU.
    export MALLOC_CONF=dirty_decay_ms:0,muzzy_decay_ms:0
    exec "$@"
fi

cd "$(dirname "$0")/.."
site=target/demo/site
venv=.demo-venv
if [ ! -e "$site/lambda_cache" ]; then
    echo "The first time this takes some five minutes on two cores, most of them for compiling the AWS SDK; then seconds."
fi
scripts/tools.sh demo

export PYO3_PYTHON=$PWD/$venv/bin/python
if [ -t 2 ]; then quiet=; else quiet=--quiet; fi # Cargo's progress is for terminals
mkdir -p target/demo
export LARGE=$PWD/target/demo/large
if [ -n "${DEMO_AFTER_TESTS:-}" ]; then
    # CI has just compiled the AWS SDK for `make test`, with the features that the second package gives it.
    build=(--package workspace-hack)
    folder=debug
else
    build=(--profile demo)
    folder=demo
fi
# One job more than there are processors, because a large crate may be waiting for another.
RUSTC_WRAPPER=$PWD/scripts/demo.sh cargo build --locked $quiet --package lambda-cache-python "${build[@]}" \
    --target-dir target --jobs $(($(getconf _NPROCESSORS_ONLN) + 1))

# Made anew each time, because a file may have been renamed or deleted.
rm -rf "$site.new" && mkdir -p "$site.new"
cp -R python/lambda_cache "$site.new/"
cp "target/$folder/lib_native.so" "$site.new/lambda_cache/_native.abi3.so"
rm -rf "$site" && mv "$site.new" "$site"
PYTHONPATH=$PWD/$site:$PWD exec "$venv/bin/python" -m examples.demo
