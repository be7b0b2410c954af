#!/usr/bin/env bash
# publish.sh VERSION: publishes the crates of that version, each once the one that it needs is there. One that is there
# already is left out, so that a release that broke off can be run again.
set -euo pipefail
cd "$(dirname "$0")/.."

for crate in lambda-cache-names lambda-cache-macros lambda-cache; do
    # One line of JSON for each version. Where this cannot be read, cargo says what is wrong.
    versions=$(curl --silent --show-error --fail --retry 3 "https://index.crates.io/la/mb/$crate" || true)
    if [[ $versions == *"\"vers\":\"$1\""* ]]; then
        echo "$crate $1 is on crates.io already."
    else
        cargo publish --locked --package "$crate"
    fi
done
