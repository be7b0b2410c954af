#!/usr/bin/env bash
# step.sh HEADING COMMAND...: runs one step of `make test` under its heading, and reports a failure clearly.
# step.sh --first: forgets the steps of an earlier run. step.sh --last: sums up.
set -uo pipefail
cd "$(dirname "$0")/.."

ledger=target/steps
bold= red= green= plain=
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\e[1m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'; fi

case $1 in
--first)
    mkdir -p target
    : >"$ledger"
    exit
    ;;
--last)
    awk -v green="$green" -v plain="$plain" '
        { sum += $1 }
        END { printf "%s== All %d steps passed, in %d min %02d s.%s The longest:\n", green, NR, sum / 60, sum % 60, plain }
    ' "$ledger"
    sort -rn "$ledger" | head -n 3 | while read -r seconds heading; do printf '   %4d s  %s\n' "$seconds" "$heading"; done
    exit
    ;;
esac

heading=$1
shift
printf '%s== %s%s\n' "$bold" "$heading" "$plain"
SECONDS=0
"$@"
code=$?
if [ "$code" -ne 0 ]; then
    printf '%s== FAILED: %s (%s)%s\n' "$red" "$heading" "$*" "$plain"
    exit "$code"
fi
printf '   %d s\n' "$SECONDS"
printf '%d %s\n' "$SECONDS" "$heading" >>"$ledger"
