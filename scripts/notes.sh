#!/usr/bin/env bash
# notes.sh VERSION [CHANGELOG]: prints a version's section of the changelog. Fails if the section has no release date.
set -euo pipefail

changelog=${2:-$(dirname "$0")/../CHANGELOG.md}
awk -v heading="## [$1] - " '
    /^## / {
        day = substr($0, length(heading) + 1)
        inside = index($0, heading) == 1 && day ~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]$/
        found = found || inside
        next
    }
    inside
    END { exit !found }
' "$changelog" || { printf 'CHANGELOG.md has no heading "## [%s] - " with a date: add one, as in 2026-01-31\n' "$1" >&2 && exit 1; }
