"""Files from S3: `cache` for handlers, `get_entry` and `aget_entry` for anywhere.

IAM: `s3:GetObject`; with `s3:ListBucket` a missing key is told from a forbidden one. `kms:Decrypt` for an object under
a KMS key.
"""

from lambda_cache import _native
from lambda_cache._decorator import decorator

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    Handler = TypeVar("Handler", bound=Callable[..., Any])

__all__ = ["aget_entry", "cache", "get_entry"]


def cache(
    s3Uri: str,
    max_age_in_seconds: "float | None" = 60,
    entry_name: "str | bool | None" = None,
    check_before_download: bool = False,
    *,
    stale_if_error_in_seconds: "float | None" = 0,
) -> "Callable[[Handler], Handler]":
    """Has an S3 object as a file, and its path on the handler's context, at each invocation.

    The file is `/tmp/<entry_name>` (another folder: `LAMBDA_CACHE_DIR`). It is kept while it is younger than
    `max_age_in_seconds` and unchanged on disk; otherwise the invocation first makes one AWS call (GetObject; for an
    object from 16 MiB on further ones for its parts, at the same time, of 1 to 64 MiB each) and puts the new file in
    place whole: a reader sees the old file or the new one. Processes that share the folder download once. Applying the
    decorator never raises: what is wrong with it is warned about (`LambdaCacheWarning`) and raised
    when the handler is called.

    Args:
        s3Uri: the object, `s3://bucket/key`; the key as it is, not URL-encoded.
        max_age_in_seconds: oldest age that is fresh; 0 asks at every invocation, `float('inf')` once. Default 60.
        entry_name: the file's name, and the attribute of the context. Default: the text after the key's last '/'.
        check_before_download: True asks S3 whether the object changed (If-None-Match) and downloads only then.
            Default False.
        stale_if_error_in_seconds: how much older than `max_age_in_seconds` a value may be where it cannot be refreshed
            for the moment (throttling, no connection, no answer in time, a failure of the service). It is then served
            with a warning to the logger `lambda_cache`, stays as old as it is, and the next refreshes are tried after
            pauses of up to 1, 2, 4 ... 30 seconds. Default 0: nothing older is served.

    The attribute is the file's path, a `str`.

    Raises, when the handler is called:
        InvalidS3UriError: not `s3://bucket/key`.
        ArgumentTypeNotSupportedError, ArgumentValueError: an argument that cannot be meant, or another object's file.
        ContextError: no context to put the path on.
        StorageError: the folder is full or not writable.
        NotFoundError, AccessDeniedError, ThrottledError, UnavailableError, FetchError: what AWS said.
        ConfigurationError: no Region or no credentials.

    Example:
        >>> @cache(s3Uri='s3://bucket_name/path/to/object.json', max_age_in_seconds=300)
        ... def handler(event, context):
        ...     with open('/tmp/object.json') as file:
        ...         return file.read()
    """
    return decorator(
        _native.Lookup.s3, s3Uri, max_age_in_seconds, entry_name, check_before_download, stale_if_error_in_seconds
    )


def get_entry(
    s3Uri: str,
    max_age_in_seconds: "float | None" = 60,
    entry_name: "str | bool | None" = None,
    check_before_download: bool = False,
    *,
    stale_if_error_in_seconds: "float | None" = 0,
) -> str:
    """The path of an object's file: kept if younger than `max_age_in_seconds`, else downloaded.

    Arguments, permissions and calls are those of `cache`; the file is the same one. Errors are raised at once.

    Example:
        >>> get_entry('s3://bucket_name/path/to/object.json')
        '/tmp/object.json'
    """
    lookup = _native.Lookup.s3(s3Uri, max_age_in_seconds, entry_name, check_before_download, stale_if_error_in_seconds)
    return lookup.get()  # type: ignore[no-any-return]


async def aget_entry(
    s3Uri: str,
    max_age_in_seconds: "float | None" = 60,
    entry_name: "str | bool | None" = None,
    check_before_download: bool = False,
    *,
    stale_if_error_in_seconds: "float | None" = 0,
) -> str:
    """`get_entry` for async code: the event loop goes on while the object is downloaded."""
    from lambda_cache._async import get

    lookup = _native.Lookup.s3(s3Uri, max_age_in_seconds, entry_name, check_before_download, stale_if_error_in_seconds)
    return await get(lookup)  # type: ignore[no-any-return]
