#!/usr/bin/env bash
# step.sh HEADING COMMAND...: runs one step of `make test`, under its heading, and says so clearly if it fails.
set -uo pipefail

heading=$1
shift
bold= red= plain=
if [ -t 1 ]; then bold=$'\e[1m' red=$'\e[31m' plain=$'\e[0m'; fi

printf '%s== %s%s\n' "$bold" "$heading" "$plain"
SECONDS=0
"$@"
code=$?
if [ "$code" -ne 0 ]; then
    printf '%s== FAILED: %s (%s)%s\n' "$red" "$heading" "$*" "$plain"
    exit "$code"
fi
printf '   %d s\n' "$SECONDS"
