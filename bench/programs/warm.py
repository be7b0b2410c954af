# pyright: basic, reportMissingImports=false
"""warm.py CONTENDER FORM BLOCKS: nanoseconds of a decorated call and of the undecorated one, block by block in turn."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from itertools import repeat
from typing import TYPE_CHECKING, Any

from bench.programs.handlers import Context, object_entry_name
from bench.resources import LIST, OBJECT, PARAMETERS, SECRET

if TYPE_CHECKING:
    from bench.programs.handlers import Handler

AGE = 3600
BLOCK_NANOSECONDS = 1_000_000


def bare(event, context):
    """The undecorated handler."""


async def bare_async(event, context):
    """The undecorated async handler."""


def lambda_cache(contender: str, form: str) -> Handler:
    """Ours, and the original: the same code, but for `async`, which the original does not know."""
    from lambda_cache import s3, secrets_manager, ssm

    def get_entry(event, context):
        ssm.get_entry(parameter=PARAMETERS[0], max_age_in_seconds=AGE)

    forms = {
        "one": lambda: ssm.cache(parameter=PARAMETERS[0], max_age_in_seconds=AGE)(bare),
        "three": lambda: ssm.cache(parameter=PARAMETERS[0], max_age_in_seconds=AGE)(
            ssm.cache(parameter=PARAMETERS[1], max_age_in_seconds=AGE)(
                ssm.cache(parameter=PARAMETERS[2], max_age_in_seconds=AGE)(bare)
            )
        ),
        "secret": lambda: secrets_manager.cache(name=SECRET, max_age_in_seconds=AGE)(bare),
        "list": lambda: ssm.cache(parameter=LIST, max_age_in_seconds=AGE)(bare),
        "dict": lambda: ssm.cache(parameter=list(PARAMETERS), max_age_in_seconds=AGE, entry_name="names")(bare),
        "object": lambda: s3.cache(s3Uri=OBJECT, max_age_in_seconds=AGE, entry_name=object_entry_name(contender))(bare),
        "async": lambda: ssm.cache(parameter=PARAMETERS[0], max_age_in_seconds=AGE)(bare_async),
        "get_entry": lambda: get_entry,
    }
    return forms[form]()


def powertools(form: str) -> Handler:
    """The handler asks."""
    from aws_lambda_powertools.utilities import parameters

    def one(event, context):
        parameters.get_parameter(PARAMETERS[0], max_age=AGE)

    def three(event, context):
        parameters.get_parameter(PARAMETERS[0], max_age=AGE)
        parameters.get_parameter(PARAMETERS[1], max_age=AGE)
        parameters.get_parameter(PARAMETERS[2], max_age=AGE)

    def secret(event, context):
        parameters.get_secret(SECRET, max_age=AGE)

    return {"one": one, "three": three, "secret": secret}[form]


def ssm_cache(form: str) -> Handler:
    """The handler asks an object."""
    from ssm_cache import SSMParameter

    first, second, third = (SSMParameter(name, max_age=AGE) for name in PARAMETERS)

    def one(event, context):
        first.value  # noqa: B018 (a property that fetches)

    def three(event, context):
        first.value  # noqa: B018
        second.value  # noqa: B018
        third.value  # noqa: B018

    return {"one": one, "three": three}[form]


def secretsmanager_caching(form: str) -> Handler:
    """The handler asks the cache."""
    import botocore.session
    from aws_secretsmanager_caching import SecretCache, SecretCacheConfig

    client = botocore.session.get_session().create_client("secretsmanager")
    cache = SecretCache(config=SecretCacheConfig(), client=client)

    def secret(event, context):
        cache.get_secret_string(SECRET)

    return {"secret": secret}[form]


def make(contender: str, form: str) -> Handler:
    """The contender's handler."""
    if contender in ("ours", "original"):
        return lambda_cache(contender, form)
    makers = {"powertools": powertools, "ssm-cache": ssm_cache, "secretsmanager-caching": secretsmanager_caching}
    return makers[contender](form)


def called(handler: Handler, calls: int) -> float:
    """Nanoseconds a call of a handler."""
    event: dict[str, Any] = {}
    context = Context()
    start = time.perf_counter_ns()
    for _ in repeat(None, calls):
        handler(event, context)
    return (time.perf_counter_ns() - start) / calls


def awaited(handler: Handler, calls: int) -> float:
    """Nanoseconds a call of an async handler, with no event loop in between."""
    event: dict[str, Any] = {}
    context = Context()
    start = time.perf_counter_ns()
    for _ in repeat(None, calls):
        try:
            handler(event, context).send(None)
        except StopIteration:
            pass  # it has returned
    return (time.perf_counter_ns() - start) / calls


def main() -> None:
    """Measure and print."""
    contender, form, blocks = sys.argv[1:]
    handler, undecorated, timed = make(contender, form), bare, called
    if form == "async":
        undecorated, timed = bare_async, awaited
        asyncio.run(handler({}, Context()))
    else:
        handler({}, Context())
    calls = max(10, int(BLOCK_NANOSECONDS / timed(handler, 100)))
    samples: dict[str, list[float]] = {"bare": [], "decorated": []}
    for _ in range(int(blocks)):
        samples["bare"].append(timed(undecorated, calls))
        samples["decorated"].append(timed(handler, calls))
    print(json.dumps(samples))


if __name__ == "__main__":
    main()
