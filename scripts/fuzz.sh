#!/usr/bin/env bash
# Tries more random cases than `make test` and prints their numbers: the engine under the model checker and against its
# model, and hostile input. FUZZ_SECONDS is the time of each fuzzer, FUZZ_TIMES the factor for the other tests.
set -uo pipefail
cd "$(dirname "$0")/.."

seconds=${FUZZ_SECONDS:-60}
times=${FUZZ_TIMES:-10}
export PATH=$PWD/target/tools/bin:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LAMBDA_CACHE_REPORT=$work/tried
touch "$LAMBDA_CACHE_REPORT" "$work/fuzzed"
failed=()

# tests HEADING COMMAND...: runs tests with $times times as many cases, which they count in $LAMBDA_CACHE_REPORT.
tests() {
    local heading=$1
    shift
    printf '== %s, %s times as much as in make test\n' "$heading" "$times"
    LAMBDA_CACHE_TIMES=$times "$@" || failed+=("$heading")
}

# fuzz TARGET: runs libFuzzer for $seconds and adds its result as a line to $work/fuzzed.
fuzz() {
    local target=$1 log=$work/$1.log status=ok
    printf '== fuzzer: %s, %s s\n' "$target" "$seconds"
    # No sanitizer: this repository has no unsafe code, and the AWS SDK compiles in half the time.
    if ! cargo +nightly fuzz run --fuzz-dir tests/fuzz --sanitizer none "$target" -- \
        "-max_total_time=$seconds" -max_len=4096 -print_final_stats=1 >"$log" 2>&1; then
        status=FAILED
        failed+=("fuzzer $target")
        tail -40 "$log"
    fi
    local runs took crashes covered
    runs=$(awk '/stat::number_of_executed_units/ { print $2 }' "$log")
    took=$(awk '/^Done .* second/ { print $(NF - 1) }' "$log")
    covered=$(grep -o 'cov: [0-9]*' "$log" | tail -1 | cut -d ' ' -f 2)
    crashes=$(grep -c 'Test unit written to' "$log")
    printf '%s\t%s\t%s\t%s\t%s\t%s\n' \
        "$target" "${runs:-?}" "${took:-?}" "${covered:-?}" "$crashes" "$status" >>"$work/fuzzed"
}

tests "model checker" cargo test --locked --quiet --package engine-model
tests "engine's model" cargo test --locked --quiet --package lambda-cache --no-default-features --test model
if cargo +nightly fuzz --version >/dev/null 2>&1; then
    for target in names record answer; do fuzz "$target"; done
    # A server of the fuzzer listens there, and gives every answer.
    HTTP_PROXY=http://127.0.0.1:47365 HTTPS_PROXY=http://127.0.0.1:47365 fuzz settings
else
    printf 'missing: a nightly toolchain with cargo-fuzz (rustup toolchain install nightly; cargo install cargo-fuzz):\n'
    printf 'running the seeded loops %s times as long instead\n' "$times"
    tests "hostile input" cargo test --locked --quiet --package hostile-input
fi

printf '\n%-90s %12s\n' tried number
awk -F '\t' '{ printf "%-90s %12d %s\n", $1, $2, $3 }' "$LAMBDA_CACHE_REPORT"
if [ -s "$work/fuzzed" ]; then
    printf '\n%-10s %12s %8s %10s %8s\n' fuzzer runs seconds edges crashes
    awk -F '\t' '{ printf "%-10s %12s %8s %10s %8s %s\n", $1, $2, $3, $4, $5, $6 }' "$work/fuzzed"
fi
if [ ${#failed[@]} -gt 0 ]; then
    printf '\nFAILED: %s\n' "$(IFS=';' && echo "${failed[*]}")"
    exit 1
fi
printf '\nnothing failed\n'
