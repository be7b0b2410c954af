"""`policy`: the least IAM policy for a handler's entries."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_cache._cli.handler import NotUsableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambda_cache._cli.handler import Found

_ANY = "*"
_PARTITIONS = {  # by the beginning of a Region's name; all others belong to `aws`
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
    "eusc-": "aws-eusc",
}
_SUFFIXES = {"aws": "amazonaws.com", "aws-us-gov": "amazonaws.com"}  # of a service's name, for KMS; elsewhere left open


@dataclass(frozen=True)
class Place:
    """The partition, Region and account of the function's resources; `*` is any."""

    partition: str
    region: str
    account: str

    @staticmethod
    def of(region: str | None, account: str, partition: str | None) -> Place:
        """Returns the given place, or the environment's.

        Raises:
            NotUsableError: what the environment says is no Region.
        """
        region = region or _region_of_environment() or _ANY
        return Place(partition or _partition_of(region), region, account)


def _region_of_environment() -> str | None:
    for variable in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        text = os.environ.get(variable)
        if text:
            try:
                return region(text)
            except argparse.ArgumentTypeError as error:
                raise NotUsableError(f"{variable}: {error}") from None
    return None


def _partition_of(region: str) -> str:
    return next((partition for start, partition in _PARTITIONS.items() if region.startswith(start)), "aws")


def region(text: str) -> str:
    """Returns the text if it is a Region or `*`."""
    return _checked(text, r"[a-z0-9-]+|\*", "write a Region, such as eu-west-1")


def account(text: str) -> str:
    """Returns the text if it is an account's number or `*`."""
    return _checked(text, r"[0-9]{12}|\*", "write an account's twelve digits")


def partition(text: str) -> str:
    """Returns the text if it is a partition."""
    return _checked(text, r"aws(-[a-z0-9-]+)?", "write a partition, such as aws or aws-cn")


def kms_key(text: str) -> str:
    """Returns the text if it is a key's ARN. An alias's ARN gives no permission on its key."""
    return _checked(
        text, r"arn:[^:]+:kms:[^:]+:[^:]+:key/.+", "write the key's own ARN, arn:aws:kms:REGION:ACCOUNT:key/ID"
    )


def _checked(text: str, pattern: str, advice: str) -> str:
    if not re.fullmatch(pattern, text):
        raise argparse.ArgumentTypeError(f"{text!r} is not valid: {advice}")
    return text


def run(found: Found, place: Place, kms_keys: list[str]) -> bool:
    """Prints the policy, and its limits on standard error. Returns `True` if it covers all decorators."""
    custom: dict[str, None] = {}
    permissions: set[tuple[str, str]] = set()
    lookups = (lookup for handler in found.handlers for lookup in handler.lookups)
    for lookup in lookups:
        for _, description, needed in lookup.described(place.partition, place.region, place.account):
            permissions.update(needed)
            if not needed:
                custom[description] = None
    print(json.dumps(policy(permissions, place, kms_keys), indent=2))

    problems = [(handler.name, problem) for handler in found.handlers for problem in handler.problems]
    for note in _notes(bool(permissions), list(custom), found.others, kms_keys):
        print(f"note: {note}", file=sys.stderr)
    for name, problem in problems:
        print(f"not in the policy: a decorator of {name} is wrong: {problem.message}", file=sys.stderr)
    return not problems


def policy(permissions: Iterable[tuple[str, str]], place: Place, kms_keys: list[str]) -> dict[str, Any]:
    """Returns the policy that allows these actions on these resources, with a statement for each action."""
    resources: dict[str, list[str]] = {}
    for action, resource in sorted(permissions):
        resources.setdefault(action, []).append(resource)
    statements = [_statement(action, of_action) for action, of_action in resources.items()]
    services = sorted({action.partition(":")[0] for action in resources})
    if kms_keys and services:
        statements.append(_statement("kms:Decrypt", sorted(set(kms_keys))) | {"Condition": _via(services, place)})
    return {"Version": "2012-10-17", "Statement": statements}


def _statement(action: str, resources: list[str]) -> dict[str, Any]:
    return {"Sid": action.partition(":")[2], "Effect": "Allow", "Action": action, "Resource": resources}


def _via(services: list[str], place: Place) -> dict[str, Any]:
    """Returns a condition that allows the key only to these services, so that the function cannot use it directly."""
    names = [f"{service}.{place.region}.{_SUFFIXES.get(place.partition, _ANY)}" for service in services]
    operator = "StringLike" if any(_ANY in name for name in names) else "StringEquals"
    return {operator: {"kms:ViaService": names}}


def _notes(has_permissions: bool, custom: list[str], others: tuple[str, ...], kms_keys: list[str]) -> Iterator[str]:
    if not has_permissions:
        yield "there is nothing to allow, and IAM refuses a policy without a statement: attach none"
    elif not kms_keys:
        yield (
            "a value under a customer managed KMS key needs kms:Decrypt on that key: add --kms-key ARN. "
            "AWS's keys (aws/ssm, aws/secretsmanager) need nothing"
        )
    for description in custom:
        yield f"{description}: its permissions are those of your function, and not in the policy"
    if others:
        yield f"not in the policy, because not asked for: {', '.join(others)}"
