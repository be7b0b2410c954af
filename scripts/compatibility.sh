#!/usr/bin/env bash
# compatibility.sh [pytest arguments]: runs the wheel beside the packages of tests/compatibility/requirements.txt.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
venv=$root/.tools/compatibility
wanted=$root/tests/compatibility/requirements.txt

if ! cmp --quiet "$wanted" "$venv/installed.txt"; then
    rm -rf "$venv"
    "$root/.venv/bin/python" -m venv --without-pip "$venv"
    "$root/.venv/bin/python" -m pip --python "$venv/bin/python" install --quiet --disable-pip-version-check -r "$wanted"
    cp "$wanted" "$venv/installed.txt"
fi
# Finds the wheel of the other tests first, and the tools last.
for other in .test-venv .venv; do
    "$root/$other/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'
done >"$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/others.pth"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
# The other packages leave sockets and event loops to the garbage collector, and warn about their own planned changes.
others=(-W default -W ignore::ResourceWarning -W ignore::pytest.PytestUnraisableExceptionWarning)
PYTHONPATH=$root PYTHONDONTWRITEBYTECODE=1 "$venv/bin/python" -m pytest -p no:cacheprovider "$root/tests/compatibility" \
    "$root/tests/test_docs.py" -k "compatibility or durable or frameworks or works-with or observing or runtime_client" "${others[@]}" "$@"
