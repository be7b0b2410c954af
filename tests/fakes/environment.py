"""The environment of a process whose AWS is a stand-in."""

from __future__ import annotations

import os

REGION = "eu-west-1"
ACCESS_KEY = "testing"
SECRET_KEY = "testing"

_PROXY_VARIABLES = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy"})


def environment(url: str) -> dict[str, str]:
    """The whole environment for a process whose AWS is at `url`.

    It is ours without proxies and without any AWS_ variable, so a developer's own set-up has no say.
    """
    return without_aws() | {
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def without_aws() -> dict[str, str]:
    """Our environment without anything about AWS, and without proxies."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith("AWS_") and name.lower() not in _PROXY_VARIABLES
    }
