#!/usr/bin/env bash
# target.sh [TARGET]: prints TARGET, or this machine's, if Rust can compile for it.
set -euo pipefail

target=${1:-$(rustc -vV | sed -n 's/^host: //p')}
if [ ! -d "$(rustc --print sysroot)/lib/rustlib/$target/lib" ]; then
    printf 'missing: the standard library of %s\n  rustup target add %s\n' "$target" "$target" >&2
    exit 1
fi
echo "$target"
