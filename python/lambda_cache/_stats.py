"""What the cache did. Imported only where somebody asks."""

from lambda_cache import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypedDict

    class EntryStats(TypedDict):
        """What happened to one entry since the cache was made."""

        hits: int
        misses: int
        refreshes: int
        stale: int
        errors: int
        bytes: int
        fetch_seconds: float


def stats() -> "dict[str, EntryStats]":
    """What happened to each entry since the process began, by what it is, such as `'ssm parameter /app/var'`.

    - `hits`: looks that found it fresh (of looks by several threads at the very same time some may not be counted);
    - `misses`, `refreshes`: fetches where nothing was there, and where it was too old;
    - `stale`: looks that got something too old, because a refresh failed (`stale_if_error_in_seconds`);
    - `errors`: fetches that failed;
    - `bytes`: how large the value is that is there, 0 where that is not known;
    - `fetch_seconds`: how long all fetches took together.

    An entry that had to make room for others is not among them. It calls nothing.

    Examples:
        >>> from lambda_cache import ssm
        >>> var = ssm.get_entry('/prod/var')
        >>> stats()
        {'ssm parameter /prod/var': {'hits': 0, 'misses': 1, 'refreshes': 0, 'stale': 0, 'errors': 0, 'bytes': 1, ...}}
    """
    return _native.stats()  # type: ignore[return-value]


def emf_line(namespace: str = "lambda-cache") -> str:
    """What the cache did since the last such line, in CloudWatch's embedded metric format.

    Print it at the end of an invocation, and CloudWatch makes metrics of it by function, with no API call: `Hits`,
    `Misses`, `Refreshes`, `StaleServed`, `Errors`, `FetchTime` (milliseconds) and `Bytes`.
    <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html>

    Examples:
        >>> print(emf_line())
        {"_aws":{"Timestamp":...
    """
    return _native.emf_line(namespace)
