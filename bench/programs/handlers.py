# pyright: basic, reportMissingImports=false, reportRedeclaration=false
"""The handlers that are measured, written as a user of each library writes them.

Imports are inside the functions because they are measured too.
"""

from __future__ import annotations

import os

from bench.resources import OBJECT, PARAMETER, SECRET, SEEN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Handler = Callable[[dict[str, Any], Any], Any]


class Context:
    """Lambda's own is a plain object too."""


def expected(what: str, result: Any) -> bool:
    """Returns `True` if the handler returned the expected value."""
    if what == "stacked":
        return [expected(one, part) for one, part in zip(SEEN, result, strict=True)] == [True, True, True]
    if what == "object":
        with open(result) as file:  # noqa: PTH123 (nothing here may import what a contender would have to)
            result = file.read()
    return bool(result == SEEN[what])


def object_entry_name(contender: str, name: str = "object") -> str:
    """An entry name that brings the file into the run's folder: the original writes to /tmp/ and the entry name."""
    return name if contender == "ours" else f"..{os.environ['BENCH_FOLDER']}/{name}"


def nothing(what: str) -> Handler:
    """The undecorated handler."""

    def handler(event, context):
        pass

    return handler


def lambda_cache(contender: str, what: str) -> Handler:
    """Ours, and the original: the same code."""
    if what == "parameter":
        from lambda_cache import ssm

        @ssm.cache(parameter=PARAMETER)
        def handler(event, context):
            return context.parameter

    elif what == "secret":
        from lambda_cache import secrets_manager

        @secrets_manager.cache(name=SECRET)
        def handler(event, context):
            return context.secret

    elif what == "object":
        from lambda_cache import s3

        entry_name = object_entry_name(contender)

        @s3.cache(s3Uri=OBJECT, entry_name=entry_name)
        def handler(event, context):
            return getattr(context, entry_name)

    else:
        from lambda_cache import s3, secrets_manager, ssm

        entry_name = object_entry_name(contender)

        @ssm.cache(parameter=PARAMETER)
        @secrets_manager.cache(name=SECRET)
        @s3.cache(s3Uri=OBJECT, entry_name=entry_name)
        def handler(event, context):
            return context.parameter, context.secret, getattr(context, entry_name)

    return handler


def powertools(what: str) -> Handler:
    """Powertools has no decorator: the handler asks."""
    from aws_lambda_powertools.utilities import parameters

    if what == "parameter":

        def handler(event, context):
            return parameters.get_parameter(PARAMETER, max_age=60)

    else:

        def handler(event, context):
            return parameters.get_secret(SECRET, max_age=60)

    return handler


def ssm_cache(what: str) -> Handler:
    """A parameter is an object outside of the handler, which asks for its value."""
    from ssm_cache import SSMParameter

    parameter = SSMParameter(PARAMETER, max_age=60)

    def handler(event, context):
        return parameter.value

    return handler


def secretsmanager_caching(what: str) -> Handler:
    """The cache is made outside of the handler, with a client, as its documentation has it."""
    import botocore.session
    from aws_secretsmanager_caching import SecretCache, SecretCacheConfig

    client = botocore.session.get_session().create_client("secretsmanager")
    cache = SecretCache(config=SecretCacheConfig(), client=client)

    def handler(event, context):
        return cache.get_secret_string(SECRET)

    return handler


def make(contender: str, what: str) -> Handler:
    """Import the contender and make its handler."""
    if contender in ("ours", "original"):
        return lambda_cache(contender, what)
    return {
        "nothing": nothing,
        "powertools": powertools,
        "ssm-cache": ssm_cache,
        "secretsmanager-caching": secretsmanager_caching,
    }[contender](what)
