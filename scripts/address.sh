#!/usr/bin/env bash
# address.sh OWNER/REPOSITORY: replaces the placeholder of the repository's address on GitHub, in every tracked file.
set -euo pipefail
cd "$(dirname "$0")/.."

address=${1:?usage: scripts/address.sh OWNER/REPOSITORY}
placeholder="OWNER/lambda-cache"
git grep -lF "$placeholder" -- ':!scripts/address.sh' | xargs sed -i "s#$placeholder#$address#g"
