#!/usr/bin/env bash
# Lists the tools that this machine lacks, with the commands that install them, before anything is built.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=0

need() { # the missing tool, then how to get it
    printf 'missing: %s\n  %s\n' "$1" "$2" >&2
    missing=1
}

is_at_least() { # succeeds if version $1 is $2 or newer
    [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]
}

if [[ $PWD =~ [[:space:]] ]]; then
    need "a folder without spaces in its path (this is $PWD)" "move the repository: Rust's flags end at a space"
fi

if ! command -v cc >/dev/null; then
    need "a C compiler (cc)" "Debian, Ubuntu: apt-get install build-essential; Fedora: dnf install gcc; macOS: xcode-select --install"
fi

rust_needed=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
if ! command -v cargo >/dev/null; then
    need "Rust (cargo)" "install the stable toolchain with https://rustup.rs"
elif ! is_at_least "$(rustc --version | cut -d ' ' -f 2)" "$rust_needed"; then
    need "Rust $rust_needed or newer (this is $(rustc --version))" "rustup update stable"
fi

if ! command -v python3 >/dev/null; then
    need "Python 3.10 or newer (python3)" "Debian, Ubuntu: apt-get install python3 python3-venv; or https://www.python.org"
elif ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
    need "Python 3.10 or newer (python3 is $(python3 --version))" "put a newer python3 first on PATH"
elif ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
    need "Python's venv module" "Debian, Ubuntu: apt-get install python3-venv"
fi

exit "$missing"
