"""Parameters of SSM Parameter Store: `cache` for handlers, `get_entry` and `aget_entry` for anywhere, `invalidate`.

IAM: `ssm:GetParameter` for one parameter, `ssm:GetParameters` for a list, `ssm:GetParametersByPath` for a path,
`kms:Decrypt` for a SecureString under a customer managed key.
"""

from lambda_cache import _native
from lambda_cache._decorator import as_getter, decorator, refuse_keywords

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_cache._decorator import Age, Handler, Names, Transform

__all__ = ["aget_entry", "cache", "get_entry", "invalidate"]


def __dir__() -> "list[str]":
    return __all__


def cache(
    parameter: "str | Names | None" = None,
    max_age_in_seconds: "Age" = None,
    entry_name: "str | bool | None" = None,
    *,
    path: "str | None" = None,
    recursive: bool = True,
    default: object = ...,
    default_on_transform_error: bool = False,
    transform: "Transform | None" = None,
    stale_if_error_in_seconds: "Age" = None,
    with_metadata: bool = False,
    prefetch: "bool | None" = None,
    **unknown: object,
) -> "Callable[[Handler], Handler]":
    """Puts a parameter, or several as one dict, onto the handler's context at each invocation.

    The value is the cached one while it is younger than `max_age_in_seconds`. Otherwise the invocation first makes one
    AWS call (GetParameter with decryption; for a list one GetParameters per ten names, at the same time; for a path one
    GetParametersByPath per ten parameters, one after the other). Stacked decorators fetch at the same time. Applying
    the decorator never raises: a problem causes a `LambdaCacheWarning`, and is raised when the handler is called,
    before any fetch.

    Args:
        parameter: a name (`/app/var`), with a selector (`/app/var:3`, `/app/var:label`), an ARN, or a list of those.
        path: instead of `parameter`, a path (`/app/prod`): all parameters below it, as one dict.
        recursive: whether to include the whole tree below the path, or only its first level. Default True.
        max_age_in_seconds: the maximum age of a cached value; 0 fetches at every invocation, `float('inf')` once.
            Default: the environment variable `LAMBDA_CACHE_MAX_AGE_IN_SECONDS`, else 60.
        entry_name: the attribute of the context. Default: the text after the last '/' of the name or path. Required
            for a list.
        default: the value of the attribute if the parameter does not exist; for a list, the value of each missing
            parameter; for a path, the value if nothing is below it. Any object; a list or dict is copied. The absence
            is cached like a value, in a separate entry from the required parameter. Without a default, a missing
            parameter is an error.
        default_on_transform_error: whether the default also replaces a value that `transform` cannot read, with a
            warning in the log. In a list or path, each value is treated separately. Default False: an error.
        transform: the conversion of each value, once per fetch: `'json'` parses it (like `json.loads`), `'binary'`
            decodes Base64, `'auto'` does either if the name ends in `.json` or `.binary`, and a callable returns the
            new value. In a list or path, each value is transformed. A list or dict is handed out as a copy, anything
            else is shared. A value that cannot be transformed is an error that does not show it, and is fetched again
            at the next call.
        stale_if_error_in_seconds: how much older than `max_age_in_seconds` a value may be if it cannot be refreshed for
            the moment (throttling, no connection, no answer in time, a failure of the service). It is then served with
            a warning to the logger `lambda_cache` and keeps its age. The next refreshes are tried after pauses of up to
            1, 2, 4 ... 30 seconds. Default: the environment variable `LAMBDA_CACHE_STALE_IF_ERROR_IN_SECONDS`, else 0,
            which serves nothing older.
        with_metadata: whether the value comes as a `WithMetadata(value, metadata)` of `lambda_cache.metadata`, with the
            `ParameterMetadata` that AWS returned: ARN, version, type and date. It takes no further call. Default False.
        prefetch: whether to fetch the entry in Lambda's init phase already, in the background. The first invocation
            waits only for unfinished fetches, and repeats failed ones. With SnapStart the entry is fetched after the
            restore. Outside of Lambda nothing is prefetched. Default: the environment variable `LAMBDA_CACHE_PREFETCH`
            (`1`, or `snapstart` to include SnapStart), else False.

    The attribute is a `str` (String, SecureString), a `list[str]` (StringList), or a `dict` of those: for a list of
    names by last segment, for a path by what each name has beyond it (`/app/prod/db/host` is `'db/host'`). A handler
    may change a list or dict without changing the cache.

    Raises:
        NoEntryNameError: a list without `entry_name`.
        ArgumentTypeNotSupportedError, ArgumentValueError: an invalid argument.
        ContextError: no context to put the value on.
        NotFoundError, AccessDeniedError, ThrottledError, UnavailableError, FetchError: AWS's errors. An empty path is
            not found.
        ConfigurationError: no Region or no credentials, or an invalid variable of this package.
        TransformError: a value that cannot be transformed.

    Examples:
        >>> @cache(parameter='/production/app/var', max_age_in_seconds=300)
        ... def handler(event, context):
        ...     return context.var
    """
    arguments = (
        parameter,
        path,
        recursive,
        default,
        default_on_transform_error,
        max_age_in_seconds,
        entry_name,
        stale_if_error_in_seconds,
        transform,
        with_metadata,
    )
    return decorator(_native.Lookup.ssm, *arguments, prefetch=prefetch, unknown=unknown, cache=cache)


def get_entry(
    parameter: "str | Names | None" = None,
    max_age_in_seconds: "Age" = None,
    entry_name: "str | bool | None" = None,
    *,
    path: "str | None" = None,
    recursive: bool = True,
    default: object = ...,
    default_on_transform_error: bool = False,
    transform: "Transform | None" = None,
    stale_if_error_in_seconds: "Age" = None,
    with_metadata: bool = False,
    **unknown: object,
) -> object:
    """Returns a parameter's value, or several as one dict: cached if younger than `max_age_in_seconds`, else fetched.

    Arguments, types, permissions and calls are those of `cache`; the entry is the same one, so `max_age_in_seconds=0`
    refreshes what every decorator of the same parameter sees. Errors are raised at once.

    Examples:
        >>> get_entry('/prod/var', max_age_in_seconds=0)
        'x'
    """
    if unknown:
        refuse_keywords(unknown, get_entry)
    return _native.Lookup.ssm(
        parameter,
        path,
        recursive,
        default,
        default_on_transform_error,
        max_age_in_seconds,
        entry_name,
        stale_if_error_in_seconds,
        transform,
        with_metadata,
    )


if not TYPE_CHECKING:
    get_entry = as_getter(get_entry)


async def aget_entry(
    parameter: "str | Names | None" = None,
    max_age_in_seconds: "Age" = None,
    entry_name: "str | bool | None" = None,
    *,
    path: "str | None" = None,
    recursive: bool = True,
    default: object = ...,
    default_on_transform_error: bool = False,
    transform: "Transform | None" = None,
    stale_if_error_in_seconds: "Age" = None,
    with_metadata: bool = False,
    **unknown: object,
) -> object:
    """Returns the same as `get_entry`, for async code: the event loop goes on while the value is fetched."""
    if unknown:
        refuse_keywords(unknown, aget_entry)
    from lambda_cache._async import get

    return await get(
        _native.Lookup.ssm(
            parameter,
            path,
            recursive,
            default,
            default_on_transform_error,
            max_age_in_seconds,
            entry_name,
            stale_if_error_in_seconds,
            transform,
            with_metadata,
        )
    )


def invalidate(
    parameter: "str | Names | None" = None, *, path: "str | None" = None, recursive: bool = True, **unknown: object
) -> None:
    """Removes the entry of a parameter, of several as one entry, or of a path, so that the next call asks AWS.

    It makes no call. The result of a fetch in flight is not cached.

    Raises:
        ArgumentTypeNotSupportedError, ArgumentValueError: an invalid argument.

    Examples:
        >>> invalidate('/app/var')
    """
    if unknown:
        refuse_keywords(unknown, invalidate)
    _native.invalidate_parameters(parameter, path, recursive)
