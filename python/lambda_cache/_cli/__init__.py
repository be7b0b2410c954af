"""The commands of `python -m lambda_cache`. An invoked function never imports them."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

import lambda_cache
from lambda_cache._cli import check, handler, policy, process

if TYPE_CHECKING:
    from collections.abc import Sequence

FINE, MISSING, WRONG_USE = 0, 1, 2

_DESCRIPTION = """\
What the entries of a Lambda function need, and whether they are there.

Entries are those of decorators. What a get_entry in a function's body, or the
fetch of a custom entry, asks for is not known before it is called: it is in
neither the policy nor the table."""

_POLICY = """\
Prints the least IAM policy for the entries, as JSON. It asks AWS nothing, and
does not call the handler. What the policy cannot say goes to the standard
error output."""

_CHECK = """\
Fetches each entry once, all at the same time, with the credentials and the
Region of this shell, and prints what works and what is missing as a table.
No value is shown, so of what your own code raises only the type and the line
are. S3 objects are downloaded to LAMBDA_CACHE_DIR, or /tmp; the
functions of custom entries are called, and the handler is not."""

_EPILOG = """\
exit codes: 0 fine, 1 something is missing, 2 wrong use

docs/iam.md has the permission for every call."""

_HANDLER = """\
as Lambda has it, app.handler or folder/app.handler; or a module, app, for every
decorated function in it. It is imported from the current folder"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns the exit code."""
    # Prefetching begins in Lambda's init phase alone; without this nothing looks like one, and no import asks AWS.
    os.environ.pop("AWS_LAMBDA_RUNTIME_API", None)
    return process.run(lambda: _run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.command is None:
        parser.print_help(sys.stderr)
        return WRONG_USE
    try:
        found = handler.find(given.handler)
        if given.command == "check":
            return FINE if check.run(found) else MISSING
        place = policy.Place.of(given.region, given.account, given.partition)
        return FINE if policy.run(found, place, given.kms_key) else MISSING
    except handler.NotUsableError as error:
        print(f"{parser.prog} {given.command}: {error}", file=sys.stderr)
        return WRONG_USE


def _parser() -> argparse.ArgumentParser:
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m lambda_cache", description=_DESCRIPTION, epilog=_EPILOG, formatter_class=as_written
    )
    parser.add_argument("--version", action="version", version=lambda_cache.__version__)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    one = commands.add_parser(
        "policy",
        help="print the least IAM policy for the entries",
        description=_POLICY,
        epilog=_EPILOG,
        formatter_class=as_written,
    )
    one.add_argument("handler", help=_HANDLER)
    one.add_argument(
        "--region", type=policy.region, help="default: AWS_REGION, else AWS_DEFAULT_REGION, else *, any Region"
    )
    one.add_argument("--account", type=policy.account, default="*", help="twelve digits; default: *, any account")
    one.add_argument("--partition", type=policy.partition, help="default: that of the Region, else aws")
    one.add_argument(
        "--kms-key",
        type=policy.kms_key,
        action="append",
        default=[],
        metavar="ARN",
        help="a customer managed key that encrypts values; may be given several times",
    )

    other = commands.add_parser(
        "check",
        help="fetch each entry once, and tell what works and what is missing",
        description=_CHECK,
        epilog=_EPILOG,
        formatter_class=as_written,
    )
    other.add_argument("handler", help=_HANDLER)
    return parser
