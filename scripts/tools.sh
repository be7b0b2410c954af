#!/usr/bin/env bash
# Installs the tools of requirements-*.txt into .venv/, unless they are there.
set -euo pipefail
cd "$(dirname "$0")/.."

stamp=.venv/tools
# A virtual environment belongs to one Python and one path.
wanted="$(python3 --version), $(cat requirements-*.txt | cksum), $PWD"
if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && .venv/bin/python -c '' 2>/dev/null; then
    exit
fi

echo "Installing the tools of requirements-*.txt into .venv/ ..."
python3 -m venv --clear .venv
install="-m pip install --quiet --disable-pip-version-check --no-compile"
.venv/bin/python $install --requirement requirements-dev.txt --requirement requirements-docs.txt
.venv/bin/python $install --no-deps --requirement requirements-no-deps.txt
# pip would compile on one core. Errors are ignored, because some packages contain templates that are not valid modules.
.venv/bin/python -m compileall -q -j 0 .venv/lib >/dev/null || true
printf '%s' "$wanted" >"$stamp"
