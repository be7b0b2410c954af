"""The descriptions that AWS returns with values, for entries with `with_metadata=True`."""

from datetime import datetime
from typing import Any, NamedTuple

__all__ = ["ParameterMetadata", "SecretMetadata", "WithMetadata"]


def __dir__() -> "list[str]":
    return __all__


class WithMetadata(NamedTuple):
    """A value and its description."""

    value: Any
    metadata: Any
    """A `ParameterMetadata` or `SecretMetadata`. For a list of names or a path it is a dict of those by the keys of the
    values, in which a missing parameter is absent. For a missing parameter with a default it is None."""


class ParameterMetadata(NamedTuple):
    """The description of an SSM parameter. What AWS did not say is None."""

    name: str
    arn: "str | None"
    version: int
    """A number from 1."""
    type: "str | None"
    """`'String'`, `'StringList'` or `'SecureString'`."""
    data_type: "str | None"
    """`'text'`, `'aws:ec2:image'` or `'aws:ssm:integration'`."""
    last_modified: "datetime | None"
    """A time in UTC."""
    selector: "str | None"
    """The version or label that was asked for, with its colon."""


class SecretMetadata(NamedTuple):
    """The description of a secret's version. What AWS did not say is None."""

    name: str
    arn: "str | None"
    version_id: "str | None"
    version_stages: "list[str]"
    """Labels such as `'AWSCURRENT'`."""
    created: "datetime | None"
    """A time in UTC."""
