#!/usr/bin/env bash
# place.sh [TARGET]: prints the folder for the files built for TARGET: dist for this machine, whose wheel is installed and
# tested, and dist/TARGET for another machine.
set -euo pipefail

target=${1:-}
if [ -z "$target" ] || [ "$target" = "$(rustc -vV | sed -n 's/^host: //p')" ]; then
    echo dist
else
    echo "dist/$target"
fi
