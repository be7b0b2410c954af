"""Files from S3: `cache` for handlers, `get_entry` and `aget_entry` for anywhere, `invalidate`.

IAM: `s3:GetObject`, for a given version `s3:GetObjectVersion`, for a directory bucket `s3express:CreateSession`; with
`s3:ListBucket` S3 tells a missing key from a forbidden one. `kms:Decrypt` for an object under a KMS key.
"""

from lambda_cache import _native
from lambda_cache._decorator import as_getter, decorator, refuse_keywords

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_cache._decorator import Age, Handler, Transform

__all__ = ["aget_entry", "cache", "get_entry", "invalidate"]


def __dir__() -> "list[str]":
    return __all__


def cache(
    s3Uri: "str | None" = None,
    max_age_in_seconds: "Age" = None,
    entry_name: "str | bool | None" = None,
    check_before_download: bool = False,
    *,
    file_name: "str | None" = None,
    version_id: "str | None" = None,
    transform: "Transform | None" = None,
    stale_if_error_in_seconds: "Age" = None,
    prefetch: "bool | None" = None,
    **unknown: object,
) -> "Callable[[Handler], Handler]":
    """Puts the path of an S3 object's file onto the handler's context at each invocation.

    The file is `/tmp/<file_name>`, else `/tmp/<entry_name>` (another folder: `LAMBDA_CACHE_DIR`). It is kept while it
    is younger than `max_age_in_seconds` and unchanged on disk; otherwise the invocation first makes one AWS call
    (GetObject; for an object of more than 8 MiB also for its parts, at the same time, of 1 to 64 MiB each) and puts the
    new file in place whole: a reader sees the old file or the new one. Processes that share the folder download once.
    Applying the decorator never raises: a problem causes a `LambdaCacheWarning`, and is raised when the handler is
    called.

    Args:
        s3Uri: the object, `s3://bucket/key`; the key as it is, not URL-encoded. The ARN of an access point may stand in
            the bucket's place.
        max_age_in_seconds: the maximum age of a cached value; 0 asks at every invocation, `float('inf')` once.
            Default: `LAMBDA_CACHE_MAX_AGE_IN_SECONDS`, else 60.
        entry_name: the attribute of the context and, without a `file_name`, the file's name. Default: the text after
            the key's last '/'.
        check_before_download: True asks S3 whether the object changed (If-None-Match) and downloads only then.
            Default False.
        file_name: the file's name, if it differs from the entry's: `entry_name='model', file_name='model.tar.gz'` is
            the file `/tmp/model.tar.gz` as `context.model`.
        version_id: the id of another version than the newest one. Each version is a separate entry, with a
            separate file.
        transform: the conversion of the path, once per download: `'json'` is the parsed content (like `json.load`),
            `'binary'` its decoded Base64, `'auto'` does either if the key ends in `.json` or `.binary`, and a callable
            returns the new value for the path, such as a loaded model. The rest is as in `ssm.cache`.
        stale_if_error_in_seconds: how much older a value may be if it cannot be refreshed for the moment; see
            `ssm.cache`. Default: `LAMBDA_CACHE_STALE_IF_ERROR_IN_SECONDS`, else 0.
        prefetch: whether to fetch the entry in Lambda's init phase already, in the background; see `ssm.cache`.
            Default: `LAMBDA_CACHE_PREFETCH`, else False.

    The attribute is the file's path, a `str`, unless a `transform` says otherwise.

    Raises:
        InvalidS3UriError: not `s3://bucket/key`, or with a `?versionId=`.
        ArgumentTypeNotSupportedError, ArgumentValueError: an invalid argument, or another object's file.
        ContextError: no context to put the path on.
        StorageError: the folder is full or not writable.
        NotFoundError, AccessDeniedError, ThrottledError, UnavailableError, FetchError: AWS's errors.
        ConfigurationError: no Region or no credentials, or an invalid variable of this package.
        TransformError: a file that cannot be transformed.

    Examples:
        >>> @cache(s3Uri='s3://bucket_name/path/to/object.json', max_age_in_seconds=300)
        ... def handler(event, context):
        ...     with open('/tmp/object.json') as file:
        ...         return file.read()
    """
    arguments = (
        s3Uri,
        check_before_download,
        file_name,
        version_id,
        max_age_in_seconds,
        entry_name,
        stale_if_error_in_seconds,
        transform,
    )
    return decorator(_native.Lookup.s3, *arguments, prefetch=prefetch, unknown=unknown, cache=cache)


def get_entry(
    s3Uri: "str | None" = None,
    max_age_in_seconds: "Age" = None,
    entry_name: "str | bool | None" = None,
    check_before_download: bool = False,
    *,
    file_name: "str | None" = None,
    version_id: "str | None" = None,
    transform: "Transform | None" = None,
    stale_if_error_in_seconds: "Age" = None,
    **unknown: object,
) -> object:
    """Returns the path of an object's file: kept if younger than `max_age_in_seconds`, else downloaded.

    Arguments, permissions and calls are those of `cache`; the file is the same one. Errors are raised at once.

    Examples:
        >>> get_entry('s3://bucket_name/path/to/object.json')
        '/tmp/object.json'
    """
    if unknown:
        refuse_keywords(unknown, get_entry)
    return _native.Lookup.s3(
        s3Uri,
        check_before_download,
        file_name,
        version_id,
        max_age_in_seconds,
        entry_name,
        stale_if_error_in_seconds,
        transform,
    )


if not TYPE_CHECKING:
    get_entry = as_getter(get_entry)


async def aget_entry(
    s3Uri: "str | None" = None,
    max_age_in_seconds: "Age" = None,
    entry_name: "str | bool | None" = None,
    check_before_download: bool = False,
    *,
    file_name: "str | None" = None,
    version_id: "str | None" = None,
    transform: "Transform | None" = None,
    stale_if_error_in_seconds: "Age" = None,
    **unknown: object,
) -> object:
    """Returns the same as `get_entry`, for async code: the event loop goes on while the object is downloaded."""
    if unknown:
        refuse_keywords(unknown, aget_entry)
    from lambda_cache._async import get

    return await get(
        _native.Lookup.s3(
            s3Uri,
            check_before_download,
            file_name,
            version_id,
            max_age_in_seconds,
            entry_name,
            stale_if_error_in_seconds,
            transform,
        )
    )


def invalidate(s3Uri: "str | None" = None, **unknown: object) -> None:
    """Removes the entries of an object, in every version and under every name, so that the next call asks AWS.

    Files stay until they are replaced. It makes no call. The result of a fetch in flight is not cached.

    Raises:
        ArgumentTypeNotSupportedError, ArgumentValueError: an invalid argument.

    Examples:
        >>> invalidate('s3://bucket_name/path/to/object.json')
    """
    if unknown:
        refuse_keywords(unknown, invalidate)
    _native.invalidate_object(s3Uri)
