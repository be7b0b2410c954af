"""One configuration, and the calls made under it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Answer = int | str
"""An HTTP status, or a status and an AWS error code: `400 ThrottlingException`."""

REGION = {"AWS_DEFAULT_REGION": "eu-west-1"}
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "secret"}
# AWS's own hosts cannot be reached in a test. The recording proxy answers in their place, with certificates that the
# bundle makes valid, so a case shows which hosts would be asked.
TO_AWS = {"HTTPS_PROXY": "{proxy}", "AWS_CA_BUNDLE": "{ca}"}
TO_ENDPOINT = {"AWS_ENDPOINT_URL": "{http}"}

PARAMETER = ("ssm", "/app/var")
SECRET = ("secret", "prod/login")
OBJECT = ("s3", "bkt", "dir/key.txt")


@dataclass(frozen=True)
class Case:
    """A configuration. Placeholders such as `{home}` and `{http}` in its texts are filled in for each run."""

    name: str
    """The configuration in words. Together with its kind it identifies the case."""
    env: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])
    """Variables on top of the kind's own; None removes one of those."""
    config: str = ""
    """The content of ~/.aws/config."""
    credentials: str = ""
    """The content of ~/.aws/credentials."""
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    """Other files, by their path in the home folder."""
    call: tuple[str, ...] = PARAMETER
    """The call: a service, and a name or a bucket and a key."""
    answers: Mapping[str, Sequence[Answer]] = field(default_factory=dict[str, "Sequence[Answer]"])
    """Answers of the server by operation, in order; after the last of them it answers well."""
    proxy_answers: int = 200
    """How the proxy answers a CONNECT."""


@dataclass(frozen=True)
class Kind:
    """Cases that have a subject and the greater part of the environment in common."""

    name: str
    title: str
    cases: Sequence[Case]
    env: Mapping[str, str] = field(default_factory=lambda: {**KEYS, **REGION, **TO_AWS})
