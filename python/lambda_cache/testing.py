"""Testing handlers without AWS.

    >>> from types import SimpleNamespace as Context
    >>> from lambda_cache import ssm, testing
    >>> @ssm.cache(parameter='/app/var')
    ... def handler(event, context):
    ...     return context.var
    >>> with testing.values(ssm={'/app/var': 'x'}) as fake:
    ...     print(handler({}, Context()))
    ...     fake.ssm['/app/var'] = 'y'  # the value changes in AWS ...
    ...     print(handler({}, Context()))
    ...     fake.advance(60)  # ... and a minute later
    ...     print(handler({}, Context()))
    x
    x
    y

The pytest fixture `lambda_cache_values` gives the same, with nothing supplied yet.

Mocks of botocore (moto's `mock_aws`, Stubber) do not see this package's calls, because it does not call through
botocore. Use this module, or a real HTTP stand-in such as moto server with `AWS_ENDPOINT_URL`; `time()` moves time.
"""

from contextlib import contextmanager

from lambda_cache import _native
from lambda_cache._decorator import refuse_keywords

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Generator, Mapping
    from typing import Any, NoReturn

__all__ = ["Time", "Values", "time", "values"]


def __dir__() -> "list[str]":
    return __all__


class Time:
    """Time, standing still until it is moved."""

    def __init__(self, clock: "_native.Clock") -> None:
        self._clock = clock

    def advance(self, seconds: float) -> None:
        """Lets `seconds` pass. A negative number is a clock that went backwards: every entry is stale then."""
        self._clock.advance(seconds)

    def step_wall_clock(self, seconds: float) -> None:
        """Sets the wall clock alone, as a time server does."""
        self._clock.step_wall(seconds)


class Values(Time):
    """The supplied values of a test. Changing the dicts changes the values in AWS, at any time."""

    def __init__(
        self,
        clock: "_native.Clock",
        test: "_native.Test",
        ssm: "dict[str, str | list[str] | BaseException]",
        secrets: "dict[str, str | bytes | BaseException]",
        s3: "dict[str, bytes | str | os.PathLike[str] | BaseException]",
        custom: "dict[Callable[[], Any], Any]",
        rotations: "dict[str, int]",
    ) -> None:
        super().__init__(clock)
        self.ssm = ssm
        self.secrets = secrets
        self.s3 = s3
        self.custom = custom
        self._test = test
        self._rotations = rotations

    def rotation_in(self, name: str, seconds: float) -> None:
        """Sets the seconds until a secret's next rotation, for entries that are `rotation_aware`.

        The value changes only when `secrets` does.
        """
        self._rotations[name] = self._clock.wall_ns() + int(seconds * 1e9)

    @property
    def calls(self) -> "list[str]":
        """The calls that AWS would have got so far, such as `'GetParameter /app/var'`.

        Those for custom entries are among them, such as `'custom app.exchange_rates'`.
        """
        return self._test.calls()

    def count(self, name: str) -> int:
        """Returns the number of calls for this name, alone or among others."""
        asked = (call.partition(" ")[2] for call in self.calls)
        return sum(name == names or name in names.split(", ") for names in asked)


@contextmanager
def values(
    ssm: "Mapping[str, str | list[str] | BaseException] | None" = None,
    secrets: "Mapping[str, str | bytes | BaseException] | None" = None,
    s3: "Mapping[str, bytes | str | os.PathLike[str] | BaseException] | None" = None,
    custom: "Mapping[Callable[[], Any], Any] | None" = None,
    **_unknown: "NoReturn",
) -> "Generator[Values, None, None]":
    """Supplies values by name, with no AWS, no network and an empty cache, until the block ends.

    Args:
        ssm: parameters by name; a list is a StringList.
        secrets: secrets by name; `bytes` is a binary secret; `'name:AWSPREVIOUS'`, or `'name:'` and an id, is that
            version.
        s3: objects by URI: the content as `bytes` or `str`, or the path of a file that holds it. The file is put where
            it would be otherwise, and removed when the block ends.
        custom: values of custom entries, by the function that would fetch them, which is then not called. Other
            functions are called as usual.

    An exception in the place of a value is raised by every fetch of it: `fake.ssm['/app/var'] = ThrottledError('...')`.
    A name that is not supplied raises `NotSuppliedError`. Time stands still unless `advance` moves it.
    """
    if _unknown:
        refuse_keywords(_unknown, values.__wrapped__)  # type: ignore[attr-defined]
    parameters, secret_values = dict(ssm or {}), dict(secrets or {})
    objects, customs = dict(s3 or {}), dict(custom or {})
    rotations: dict[str, int] = {}
    clock = _native.Clock()
    test = _native.Test.with_values(clock, parameters, secret_values, rotations, objects, customs)
    test.begin()
    try:
        yield Values(clock, test, parameters, secret_values, objects, customs, rotations)
    finally:
        test.end()


@contextmanager
def time() -> "Generator[Time, None, None]":
    """Moves time only: calls go to the environment's endpoint, with an empty cache, until the block ends."""
    clock = _native.Clock()
    test = _native.Test.with_aws(clock)
    test.begin()
    try:
        yield Time(clock)
    finally:
        test.end()
