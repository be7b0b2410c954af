# pyright: basic, reportMissingImports=false
"""refresh.py CONTENDER FORM TIMES: seconds of calls that fetch everything again; the first call is not among them.

The form is `one` parameter, or all `five`: three parameters and two secrets.
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

from bench.programs.handlers import Context
from bench.resources import PARAMETER, PARAMETERS, SECRETS

if TYPE_CHECKING:
    from bench.programs.handlers import Handler


def lambda_cache(form: str) -> Handler:
    """Ours, and the original: maximum age 0 fetches at each call."""
    from lambda_cache import secrets_manager, ssm

    def handler(event, context):
        pass

    if form == "one":
        return ssm.cache(parameter=PARAMETER, max_age_in_seconds=0)(handler)
    for name in PARAMETERS:
        handler = ssm.cache(parameter=name, max_age_in_seconds=0)(handler)
    for name in SECRETS:
        handler = secrets_manager.cache(name=name, max_age_in_seconds=0)(handler)
    return handler


def powertools(form: str) -> Handler:
    """Asks one after the other."""
    from aws_lambda_powertools.utilities import parameters

    def handler(event, context):
        for name in PARAMETERS:
            parameters.get_parameter(name, force_fetch=True)
        for name in SECRETS:
            parameters.get_secret(name, force_fetch=True)

    return handler


def ssm_cache(form: str) -> Handler:
    """Asks for two of the parameters twice, because ssm-cache has no secrets."""
    from ssm_cache import SSMParameter

    parameters = [SSMParameter(name) for name in (*PARAMETERS, *PARAMETERS[:2])]

    def handler(event, context):
        for parameter in parameters:
            parameter.refresh()

    return handler


def main() -> None:
    """Measure and print."""
    contender, form, times = sys.argv[1:]
    makers = {"ours": lambda_cache, "original": lambda_cache, "powertools": powertools, "ssm-cache": ssm_cache}
    handler = makers[contender](form)
    handler({}, Context())
    seconds = []
    for _ in range(int(times)):
        context = Context()
        start = time.perf_counter()
        handler({}, context)
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
