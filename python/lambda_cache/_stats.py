"""Statistics of the cache. Imported only if they are requested."""

from lambda_cache import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypedDict

    class EntryStats(TypedDict):
        """The statistics of one entry since the cache was made."""

        hits: int
        misses: int
        refreshes: int
        stale: int
        errors: int
        bytes: int
        fetch_seconds: float


def stats() -> "dict[str, EntryStats]":
    """Returns the statistics of each entry since the process began, by its name, such as `'ssm parameter /app/var'`.

    - `hits`: reads of a fresh value (a few simultaneous reads by several threads may not be counted);
    - `misses`, `refreshes`: fetches without a cached value, and with one that was too old;
    - `stale`: reads of a value that was too old, because a refresh failed (`stale_if_error_in_seconds`);
    - `errors`: fetches that failed;
    - `bytes`: the size of the cached value, 0 if unknown;
    - `fetch_seconds`: the time of all fetches together.

    Evicted entries are not included. It makes no call.

    Examples:
        >>> from lambda_cache import ssm
        >>> var = ssm.get_entry('/prod/var')
        >>> stats()
        {'ssm parameter /prod/var': {'hits': 0, 'misses': 1, 'refreshes': 0, 'stale': 0, 'errors': 0, 'bytes': 1, ...}}
    """
    return _native.stats()  # type: ignore[return-value]


def emf_line(namespace: str = "lambda-cache") -> str:
    """Returns the statistics since the last such line, in CloudWatch's embedded metric format.

    Print it at the end of an invocation, and CloudWatch makes metrics of it by function, with no API call: `Hits`,
    `Misses`, `Refreshes`, `StaleServed`, `Errors`, `FetchTime` (milliseconds) and `Bytes`.
    <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html>

    Examples:
        >>> print(emf_line())
        {"_aws":{"Timestamp":...
    """
    return _native.emf_line(namespace)
