"""The tables of configurations, one module a kind."""

from tests.configurations.kinds import (
    certificates,
    containers,
    credentials,
    endpoints,
    metadata,
    processes,
    profiles,
    proxies,
    regions,
    retries,
    roles,
    s3,
    sso,
    variables,
    web_identity,
)

KINDS = [
    variables.KIND,
    regions.KIND,
    profiles.KIND,
    credentials.KIND,
    roles.KIND,
    web_identity.KIND,
    processes.KIND,
    sso.KIND,
    containers.KIND,
    metadata.KIND,
    endpoints.KIND,
    retries.KIND,
    proxies.KIND,
    certificates.KIND,
    s3.KIND,
]
