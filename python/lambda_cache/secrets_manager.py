"""Secrets of Secrets Manager: `cache` for handlers, `get_entry` and `aget_entry` for anywhere, `invalidate`.

IAM: `secretsmanager:GetSecretValue`, and `kms:Decrypt` for a secret under a customer managed key.
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
    name: "str | Names | None" = None,
    max_age_in_seconds: "Age" = None,
    entry_name: "str | bool | None" = None,
    *,
    version_stage: "str | None" = None,
    version_id: "str | None" = None,
    rotation_aware: bool = False,
    transform: "Transform | None" = None,
    stale_if_error_in_seconds: "Age" = None,
    with_metadata: bool = False,
    prefetch: "bool | None" = None,
    **unknown: object,
) -> "Callable[[Handler], Handler]":
    """Puts a secret, or several as one dict, onto the handler's context at each invocation.

    The value is the cached one while it is younger than `max_age_in_seconds`. Otherwise the invocation first makes one
    AWS call (GetSecretValue; for a list one for each, at the same time). Stacked decorators fetch at the same time.
    Applying the decorator never raises: a problem causes a `LambdaCacheWarning`, and is raised when the handler is
    called.

    Args:
        name: the secret's name or ARN, or a list of those.
        max_age_in_seconds: the maximum age of a cached value; 0 fetches at every invocation, `float('inf')` once.
            Default: `LAMBDA_CACHE_MAX_AGE_IN_SECONDS`, else 60.
        entry_name: the attribute of the context. Default: the text after the name's last '/'; of an ARN, without the
            random six-character suffix. Required for a list.
        version_stage: the label of another version than the current one, such as `'AWSPREVIOUS'`.
        version_id: the id of another version than the current one. Each version is a separate entry.
        rotation_aware: whether the entry also ends at the date by which the secret must be rotated next. It takes one
            more call, DescribeSecret, before the other, and the permission `secretsmanager:DescribeSecret`. The
            rotation may take place at any time in the window that ends at that date, so a moderate max age remains
            useful. A past date, and a secret without rotation, have no effect. Default False.
        transform: the conversion of each value, once per fetch: `'json'`, `'binary'`, `'auto'` or a callable; see
            `ssm.cache`.
        stale_if_error_in_seconds: how much older a value may be if it cannot be refreshed for the moment; see
            `ssm.cache`. Default: `LAMBDA_CACHE_STALE_IF_ERROR_IN_SECONDS`, else 0.
        with_metadata: whether the value comes as a `WithMetadata(value, metadata)` of `lambda_cache.metadata`, with the
            `SecretMetadata` that AWS returned: ARN, version, stages and date. It takes no further call. Default False.
        prefetch: whether to fetch the entry in Lambda's init phase already, in the background; see `ssm.cache`.
            Default: `LAMBDA_CACHE_PREFETCH`, else False.

    The attribute is a `str` or `bytes`, as the secret is stored; for a list of names a `dict` of those by last segment.
    A handler may change the dict without changing the cache.

    Raises:
        NoEntryNameError: a list without `entry_name`.
        ArgumentTypeNotSupportedError, ArgumentValueError: an invalid argument.
        ContextError: no context to put the value on.
        NotFoundError, AccessDeniedError, ThrottledError, UnavailableError, FetchError: AWS's errors.
        ConfigurationError: no Region or no credentials, or an invalid variable of this package.
        TransformError: a value that cannot be transformed.

    Examples:
        >>> @cache(name='/prod/db/conn_string')
        ... def handler(event, context):
        ...     return connect(context.conn_string)
    """
    arguments = (
        name,
        version_stage,
        version_id,
        rotation_aware,
        max_age_in_seconds,
        entry_name,
        stale_if_error_in_seconds,
        transform,
        with_metadata,
    )
    return decorator(_native.Lookup.secrets_manager, *arguments, prefetch=prefetch, unknown=unknown, cache=cache)


def get_entry(
    name: "str | Names | None" = None,
    max_age_in_seconds: "Age" = None,
    entry_name: "str | bool | None" = None,
    *,
    version_stage: "str | None" = None,
    version_id: "str | None" = None,
    rotation_aware: bool = False,
    transform: "Transform | None" = None,
    stale_if_error_in_seconds: "Age" = None,
    with_metadata: bool = False,
    **unknown: object,
) -> object:
    """Returns a secret's value, or several as one dict: cached if younger than `max_age_in_seconds`, else fetched.

    Arguments, types, permissions and calls are those of `cache`; the entry is the same one, so `max_age_in_seconds=0`
    refreshes what every decorator of the same secret sees. Errors are raised at once.

    Examples:
        >>> get_entry('/prod/db/conn_string', max_age_in_seconds=0)
        'postgres://...'
    """
    if unknown:
        refuse_keywords(unknown, get_entry)
    return _native.Lookup.secrets_manager(
        name,
        version_stage,
        version_id,
        rotation_aware,
        max_age_in_seconds,
        entry_name,
        stale_if_error_in_seconds,
        transform,
        with_metadata,
    )


if not TYPE_CHECKING:
    get_entry = as_getter(get_entry)


async def aget_entry(
    name: "str | Names | None" = None,
    max_age_in_seconds: "Age" = None,
    entry_name: "str | bool | None" = None,
    *,
    version_stage: "str | None" = None,
    version_id: "str | None" = None,
    rotation_aware: bool = False,
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
        _native.Lookup.secrets_manager(
            name,
            version_stage,
            version_id,
            rotation_aware,
            max_age_in_seconds,
            entry_name,
            stale_if_error_in_seconds,
            transform,
            with_metadata,
        )
    )


def invalidate(name: "str | Names | None" = None, **unknown: object) -> None:
    """Removes the entries of a secret, in all of its versions, or the entry of several, so that the next call asks AWS.

    It makes no call. The result of a fetch in flight is not cached.

    Raises:
        ArgumentTypeNotSupportedError, ArgumentValueError: an invalid argument.

    Examples:
        >>> invalidate('/prod/db/conn_string')
    """
    if unknown:
        refuse_keywords(unknown, invalidate)
    _native.invalidate_secrets(name)
