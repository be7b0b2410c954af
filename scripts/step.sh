#!/usr/bin/env bash
# step.sh HEADING COMMAND...: runs one step of `make test` under its heading, and reports a failure clearly.
# step.sh --first: forgets the steps of an earlier run, and begins to count the time. step.sh --last: sums up.
set -uo pipefail
cd "$(dirname "$0")/.."

ledger=target/steps
bold= red= green= plain=
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\e[1m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'; fi

case $1 in
--first)
    mkdir -p target
    : >"$ledger"
    date +%s >"$ledger.began"
    exit
    ;;
--last)
    took=$(($(date +%s) - $(cat "$ledger.began")))
    printf '%s== All %d steps passed, in %d min %02d s.%s The longest:\n' "$green" "$(wc -l <"$ledger")" $((took / 60)) $((took % 60)) "$plain"
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
