"""Parameters of SSM Parameter Store: `cache` for handlers, `get_entry` and `aget_entry` for anywhere, `invalidate`.

IAM: `ssm:GetParameter` for one parameter, `ssm:GetParameters` for a list, `ssm:GetParametersByPath` for a path,
`kms:Decrypt` for a SecureString under a key of your own.
"""

from lambda_cache import _native
from lambda_cache._decorator import decorator

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
    prefetch: "bool | None" = None,
    **unknown: object,
) -> "Callable[[Handler], Handler]":
    """Puts a parameter, or several as one dict, onto the handler's context at each invocation.

    The value is the cached one while it is younger than `max_age_in_seconds`; otherwise the invocation first makes one
    AWS call (GetParameter with decryption; for a list one GetParameters per ten names, at the same time; for a path one
    GetParametersByPath per ten parameters, one after the other). Stacked decorators fetch at the same time. Applying
    the decorator never raises: what is wrong with it is warned about (`LambdaCacheWarning`) and raised when the handler
    is called, before any fetch.

    Args:
        parameter: a name (`/app/var`), with a selector (`/app/var:3`, `/app/var:label`), an ARN, or a list of those.
        path: instead of `parameter`, a path (`/app/prod`): all parameters below it, as one dict.
        recursive: whether the whole tree below the path is meant, or its first level alone. Default True.
        max_age_in_seconds: oldest age that is fresh; 0 fetches at every invocation, `float('inf')` once. Default:
            60, or what the environment variable `LAMBDA_CACHE_MAX_AGE_IN_SECONDS` says.
        entry_name: the attribute of the context. Default: the text after the last '/' of the name or path. Required
            for a list.
        default: what the attribute is where there is no such parameter; of a list, what each missing one is; of a path,
            what it is where there is nothing below it. Any object; a list or dict is copied. That a parameter does not
            exist is kept as a value is, and apart from the entry that must exist. Without it, what is missing is an
            error.
        default_on_transform_error: whether the default also takes the place of a value that `transform` cannot read,
            which is then warned about in the log. Of a list or path, each value is looked at by itself. Default False:
            an error.
        transform: what each value is made into, once for each fetch: `'json'` parses it (as `json.loads` does),
            `'binary'` decodes Base64, `'auto'` does either where the name ends in `.json` or `.binary`, and a callable
            makes of it what it returns. Of a list or path, each value is transformed. A list or dict is handed out as a
            copy, anything else is shared. A value that cannot be transformed is an error that does not show it, and is
            fetched again at the next call.
        stale_if_error_in_seconds: how much older than `max_age_in_seconds` a value may be where it cannot be refreshed
            for the moment (throttling, no connection, no answer in time, a failure of the service). It is then served
            with a warning to the logger `lambda_cache`, stays as old as it is, and the next refreshes are tried after
            pauses of up to 1, 2, 4 ... 30 seconds. Default: 0, nothing older is served,
            or what `LAMBDA_CACHE_STALE_IF_ERROR_IN_SECONDS` says.
        prefetch: whether the entry is fetched already in Lambda's init phase, beside the import and without delaying
            it; the first invocation then waits only for what is not there yet, and tries again what failed. With
            SnapStart it is fetched after the restore. Nothing is prefetched outside of Lambda. Default: what
            `LAMBDA_CACHE_PREFETCH` says (`1`, or `snapstart` to include that), else False.

    The attribute is a `str` (String, SecureString), a `list[str]` (StringList), or a `dict` of those: for a list of
    names by last segment, for a path by what each name has beyond it (`/app/prod/db/host` is `'db/host'`). What the
    handler does to a list or dict does not change the cache.

    Raises:
        NoEntryNameError: a list without `entry_name`.
        ArgumentTypeNotSupportedError, ArgumentValueError: an argument that cannot be meant.
        ContextError: no context to put the value on.
        NotFoundError, AccessDeniedError, ThrottledError, UnavailableError, FetchError: what AWS said. A path with
            nothing below it is not found.
        ConfigurationError: no Region or no credentials, a variable of this package that cannot be meant.
        TransformError: a value that cannot be transformed.

    Examples:
        >>> @cache(parameter='/production/app/var', max_age_in_seconds=300)
        ... def handler(event, context):
        ...     return context.var
    """
    how = (max_age_in_seconds, entry_name, stale_if_error_in_seconds, transform)
    arguments = (parameter, path, recursive, default, default_on_transform_error, how)
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
) -> object:
    """The value of a parameter, or of several as one dict: cached if younger than `max_age_in_seconds`, else fetched.

    Arguments, types, permissions and calls are those of `cache`; the entry is the same one, so `max_age_in_seconds=0`
    refreshes what every decorator of the same parameter sees. Errors are raised at once.

    Examples:
        >>> get_entry('/prod/var', max_age_in_seconds=0)
        'x'
    """
    how = (max_age_in_seconds, entry_name, stale_if_error_in_seconds, transform)
    return _native.Lookup.ssm(parameter, path, recursive, default, default_on_transform_error, how).get()


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
) -> object:
    """`get_entry` for async code: the event loop goes on while the value is fetched."""
    from lambda_cache._async import get

    how = (max_age_in_seconds, entry_name, stale_if_error_in_seconds, transform)
    return await get(_native.Lookup.ssm(parameter, path, recursive, default, default_on_transform_error, how))


def invalidate(parameter: "str | Names | None" = None, *, path: "str | None" = None, recursive: bool = True) -> None:
    """Forgets the entry of a parameter, of several as one entry, or of a path: the next call asks AWS.

    It calls nothing. A fetch that is under way when it is called brings nothing that is kept.

    Raises:
        ArgumentTypeNotSupportedError, ArgumentValueError: an argument that cannot be meant.

    Examples:
        >>> invalidate('/app/var')
    """
    _native.Lookup.ssm(parameter, path, recursive, ..., False, (None, "any", None, None)).invalidate()
