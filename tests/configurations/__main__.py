"""`python -m tests.configurations COMMAND`.

record   runs boto3 under every configuration, or those of the kinds that are named, and writes boto3.json
compare  runs lambda_cache and prints each difference
accept   runs lambda_cache and writes how it comes out where departures.py says that it departs
page     writes docs/configuration-compared.md
"""

from __future__ import annotations

import sys

from tests.configurations import comparison, departures, page, recording


def main(command: str, *names: str) -> int:
    """Runs a command and returns the exit status."""
    if command == "record":
        print(recording.record(list(names)))
        return 0
    if command == "accept":
        departures.accept({name: outcome.lines for name, outcome in comparison.run().items()})
        return 0
    if command == "page":
        page.write()
        return 0
    if command == "compare":
        text, unexpected = comparison.report()
        print(text)
        return int(unexpected > 0)
    print(__doc__, file=sys.stderr)
    return 2


sys.exit(main(*sys.argv[1:] or [""]))
