#!/usr/bin/env bash
# Packs each crate that is published, and checks that it compiles from its package alone, with the features that it asks for.
set -euo pipefail
cd "$(dirname "$0")/.."

crates=(lambda-cache-names lambda-cache-macros lambda-cache)
place=target/packages
rm -rf "$place/package" "$place/crates"
cargo package --locked --quiet --allow-dirty --no-verify --target-dir "$place" "${crates[@]/#/--package=}"

# Cargo's own verification generates code, which takes twice as long and shows no more.
mkdir "$place/crates"
{
    printf '[workspace]\nresolver = "3"\nmembers = ["*"]\n\n[patch.crates-io]\n'
    for crate in "${crates[@]}"; do printf '%s = { path = "%s" }\n' "$crate" "$crate"; done
} >"$place/crates/Cargo.toml"
for crate in "${crates[@]}"; do
    mkdir "$place/crates/$crate"
    tar --extract --gzip --file "$place/package/$crate"-[0-9]*.crate --strip-components 1 --directory "$place/crates/$crate"
done
cp Cargo.lock "$place/crates/"
cargo check --quiet --workspace --manifest-path "$place/crates/Cargo.toml" --target-dir "$place/build"
