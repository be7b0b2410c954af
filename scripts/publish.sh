#!/usr/bin/env bash
# publish.sh VERSION: publishes the crates of that version in the order of their dependencies. It skips crates that are
# already published, so that a release that broke off can be run again.
set -euo pipefail
cd "$(dirname "$0")/.."

for crate in lambda-cache-names lambda-cache-macros lambda-cache; do
    # One line of JSON per version. If the index cannot be read, cargo reports the problem.
    versions=$(curl --silent --show-error --fail --retry 3 "https://index.crates.io/la/mb/$crate" || true)
    if [[ $versions == *"\"vers\":\"$1\""* ]]; then
        echo "$crate $1 is on crates.io already."
    else
        cargo publish --locked --package "$crate"
    fi
done
