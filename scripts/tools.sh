#!/usr/bin/env bash
# tools.sh: installs the tools of requirements-*.txt into .venv/, unless they are there.
# tools.sh demo: installs those of `make demo` alone into .demo-venv/, which takes a tenth of the disk.
set -euo pipefail
cd "$(dirname "$0")/.."

case ${1:-all} in
all) venv=.venv requirements=(requirements-dev.txt requirements-docs.txt) without_dependencies=(requirements-no-deps.txt) ;;
demo) venv=.demo-venv requirements=(requirements-demo.txt) without_dependencies=() ;;
esac

stamp=$venv/tools
# A virtual environment belongs to one Python and one path.
wanted="$(python3 --version), $(cat requirements-demo.txt "${requirements[@]}" "${without_dependencies[@]}" | cksum), $PWD"
if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && $venv/bin/python -c '' 2>/dev/null; then
    exit
fi

echo "Installing the tools of ${requirements[*]} into $venv/ ..."
python3 -m venv --clear "$venv"
install="-m pip install --quiet --disable-pip-version-check --no-compile"
$venv/bin/python $install "${requirements[@]/#/--requirement=}"
for file in "${without_dependencies[@]}"; do
    $venv/bin/python $install --no-deps --requirement "$file"
done
# pip would compile on one core. Errors are ignored, because some packages contain templates that are not valid modules.
$venv/bin/python -m compileall -q -j 0 "$venv/lib" >/dev/null || true
printf '%s' "$wanted" >"$stamp"
