#!/usr/bin/env bash
# Compiles AWS's Workload Credentials Provider into .tools/agent-peer/, unless it is there, and prints the program's path. It
# takes minutes and a C compiler.
set -euo pipefail
cd "$(dirname "$0")/.."

package=aws_workload_credentials_provider
version=3.1.2
place=$PWD/.tools/agent-peer
if ! grep -qs "^\"$package $version " <(tr '{,' '\n\n' <"$place/.crates2.json"); then
    echo "Compiling $package $version into .tools/agent-peer/ ..." >&2
    cargo install --locked --quiet --root "$place" "$package@$version" >&2
fi
echo "$place/bin/aws-workload-credentials-provider"
