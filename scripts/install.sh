#!/usr/bin/env bash
# Recreates .test-venv/ with the built wheel, so that the tests use the wheel and not the sources. The tools stay in
# .venv/, where .test-venv/ finds them, so that moto is not installed again.
set -euo pipefail
cd "$(dirname "$0")/.."

site_packages='import sysconfig; print(sysconfig.get_path("purelib"))'

rm -rf .test-venv
.venv/bin/python -m venv --without-pip .test-venv
# --no-index: the wheel needs no other package.
.venv/bin/python -m pip --python .test-venv/bin/python install --quiet --disable-pip-version-check --no-index dist/lambda_cache-*.whl
.venv/bin/python -c "$site_packages" >"$(.test-venv/bin/python -c "$site_packages")/tools.pth"
