"""The measured libraries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Installation = Literal["ours", "peers"]


@dataclass(frozen=True)
class Contender:
    """A library, or the case without one."""

    key: str
    """What the programs of `bench/programs/` call it."""
    title: str
    """What tables and charts call it."""
    installation: Installation
    """The virtual environment that has it."""


OURS = Contender("ours", "lambda-cache (this one)", "ours")
ORIGINAL = Contender("original", "lambda-cache 0.8.1 (the original)", "peers")
POWERTOOLS = Contender("powertools", "Powertools for AWS Lambda", "peers")
SSM_CACHE = Contender("ssm-cache", "ssm-cache", "peers")
SECRETS_CACHING = Contender("secretsmanager-caching", "aws-secretsmanager-caching", "peers")
LOOP = Contender("loop", "boto3 get_object loop", "peers")
NOTHING = Contender("nothing", "bare interpreter", "ours")

ALL = (OURS, ORIGINAL, POWERTOOLS, SSM_CACHE, SECRETS_CACHING, LOOP, NOTHING)


def title(key: str) -> str:
    """Returns a contender's name in tables and charts."""
    return next(contender.title for contender in ALL if contender.key == key)
