"""The pytest fixture, registered by the package's entry point."""

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator

    from lambda_cache.testing import Values


@pytest.fixture
def lambda_cache_values() -> "Generator[Values, None, None]":
    """Values without AWS: `lambda_cache_values.ssm['/app/var'] = 'x'`. See `lambda_cache.testing.values`."""
    from lambda_cache import testing

    with testing.values() as fake:
        yield fake
