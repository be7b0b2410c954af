"""The exceptions of lambda_cache.

    LambdaCacheError
     +-- ArgumentTypeNotSupportedError   (TypeError)    an argument of an unsupported type
     +-- ArgumentValueError              (ValueError)   an argument of the right type with an invalid value
     +-- NoEntryNameError                (TypeError, ValueError)
     +-- InvalidS3UriError               (ValueError)
     +-- ContextError                    (TypeError)    no context to put the entry on
     +-- ConfigurationError                             no Region, no credentials
     +-- StorageError                    (OSError)      the folder of downloads
     +-- TransformError                  (ValueError)   a value that its transform cannot read
     +-- NotSuppliedError                               a name that a test did not supply
     +-- InternalError                                  a fault of this package or of the AWS SDK in it
     +-- FetchError                                     AWS refused or did not answer; also boto3's class
          +-- NotFoundError              (LookupError)
          +-- AccessDeniedError
          +-- ThrottledError
          +-- UnavailableError

    LambdaCacheWarning                   (UserWarning)  what a decorator will raise when its handler is called

Each has `.Code`, the name of its class, and `.message`. No message holds a parameter's or a secret's value.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "AccessDeniedError",
    "ArgumentTypeNotSupportedError",
    "ArgumentValueError",
    "ConfigurationError",
    "ContextError",
    "FetchError",
    "InternalError",
    "InvalidS3UriError",
    "LambdaCacheError",
    "LambdaCacheWarning",
    "NoEntryNameError",
    "NotFoundError",
    "NotSuppliedError",
    "StorageError",
    "ThrottledError",
    "TransformError",
    "UnavailableError",
]


def __dir__() -> "list[str]":
    return __all__


class LambdaCacheError(Exception):
    """The base class of this package's exceptions."""

    Code: str
    message: str

    def __init__(self, message: str = "") -> None:
        Exception.__init__(self, message)  # not super(): botocore's ClientError may come next, and wants more
        self.message = message
        self.Code = type(self).__name__


class LambdaCacheWarning(UserWarning):
    """A problem of a decorator: a warning when a handler is decorated, and an error when it is called."""


class ArgumentTypeNotSupportedError(LambdaCacheError, TypeError):
    """An argument has an unsupported type."""


class ArgumentValueError(LambdaCacheError, ValueError):
    """An argument has the right type and an invalid value."""


class NoEntryNameError(LambdaCacheError, TypeError, ValueError):
    """The entry_name is missing for several names, or for something without a name."""

    def __init__(self, message: str | bool = False) -> None:
        super().__init__(message if isinstance(message, str) else "No entry_name provided")


class InvalidS3UriError(LambdaCacheError, ValueError):
    """An S3 URI that is not of the form 's3://bucket-name/path/to/file'."""

    def __init__(self, invalid_uri: str) -> None:
        prefix = "expected a valid S3 URI"
        message = f"{prefix} of the form 's3://bucket-name/path/to/file', given: {invalid_uri!r}"
        is_message = invalid_uri.startswith(prefix) or ": write " in invalid_uri  # as the core and a copy give it
        super().__init__(invalid_uri if is_message else message)


class ContextError(LambdaCacheError, TypeError):
    """The handler's context is missing, None, or takes no attributes."""


class ConfigurationError(LambdaCacheError):
    """The Region or the credentials are missing or invalid.

    If botocore can be imported, it is a `NoRegionError`, a `NoCredentialsError` or a `ProfileNotFound` of botocore too,
    or at least a `BotoCoreError`.
    """

    def __init__(self, message: str = "", code: "str | None" = None) -> None:
        super().__init__(message)
        self._code = code

    def __reduce__(self) -> "tuple[Any, ...]":
        return _configuration_error, (self.message, self._code)


class StorageError(LambdaCacheError, OSError):
    """The folder of downloads is full, read-only, missing, or another user's. `errno` is the system's, if known."""

    def __init__(self, message: str = "", errno: "int | None" = None) -> None:
        super().__init__(message)
        self.errno = errno

    def __reduce__(self) -> "tuple[Any, ...]":
        return type(self), (self.message, self.errno)


class TransformError(LambdaCacheError, ValueError):
    """A `transform` cannot read a value. The value and the parser's message are not shown."""


class NotSuppliedError(LambdaCacheError):
    """A test asked for a name that it did not supply."""


class InternalError(LambdaCacheError):
    """A fault of this package or of the AWS SDK in it: please report it. The cache and the process go on working."""


class FetchError(LambdaCacheError):
    """AWS refused a call or did not answer.

    If botocore can be imported, it is also boto3's exception, so that code written for boto3 goes on catching it: a
    `botocore.exceptions.ClientError` if AWS answered, else an `EndpointConnectionError`, a `ReadTimeoutError` or
    another `BotoCoreError`. `response` has the form that boto3 gives it: `response['Error']['Code']`,
    `['Error']['Message']`, `['ResponseMetadata']['HTTPStatusCode']` and `['RequestId']`. `operation_name` is the API
    operation.
    """

    response: "dict[str, Any]"
    operation_name: str

    def __init__(self, message: str = "", response: "dict[str, Any] | None" = None, operation_name: str = "") -> None:
        super().__init__(message)
        self.response = {"Error": {"Code": "", "Message": ""}} if response is None else response
        self.operation_name = operation_name

    def __reduce__(self) -> "tuple[Any, ...]":
        return _fetch_error, (type(self).__name__, self.message, self.response, self.operation_name)


class NotFoundError(FetchError, LookupError):
    """AWS has no such parameter, secret, bucket or object."""


class AccessDeniedError(FetchError):
    """The function's role lacks a permission, which the message names."""


class ThrottledError(FetchError):
    """Too many requests."""


class UnavailableError(FetchError):
    """No connection, no answer in time, or the service failed."""


def _fetch_error(name: str, message: str, response: "dict[str, Any]", operation: str) -> FetchError:
    """Returns the error of class `name`, which where there is botocore is also what boto3 would raise."""
    code, answered = response["Error"].get("Code"), response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    bases = ("ClientError",) if answered or code == "UnreadableResponse" else _BOTOCORE.get(code, ("BotoCoreError",))
    error: FetchError = _with_botocore(name, bases)(message, response, operation)
    return error


def _configuration_error(message: str, code: "str | None") -> ConfigurationError:
    """Returns the error for a setting, which where there is botocore is also what boto3 would raise."""
    bases = _BOTOCORE.get(code or "", ("BotoCoreError",))
    error: ConfigurationError = _with_botocore("ConfigurationError", bases)(message, code)
    return error


_BOTOCORE: "dict[str, tuple[str, ...]]" = {
    "RequestTimeout": ("ReadTimeoutError",),
    "ConnectTimeout": ("ConnectTimeoutError",),
    "ConnectionError": ("EndpointConnectionError", "ConnectionClosedError"),
    "ProxyConnectionError": ("ProxyConnectionError",),
    "SSLError": ("SSLError",),
    "NoRegion": ("NoRegionError",),
    "NoCredentials": ("NoCredentialsError",),
    "ProfileNotFound": ("ProfileNotFound",),
}
"""By code, what botocore raises where AWS did not answer."""

_classes: "dict[tuple[str, tuple[str, ...]], type[Any]]" = {}


def _with_botocore(name: str, bases: "tuple[str, ...]") -> "type[Any]":
    """Returns the class `name`, with botocore's as further bases if there is botocore, which is imported only now."""
    error_class: type[Any] = globals()[name]
    try:
        from botocore import exceptions
    except ImportError:
        return error_class
    both = _classes.get((name, bases))
    if both is None:
        attributes: dict[str, Any] = {"__module__": __name__, "__doc__": error_class.__doc__, "fmt": "", "kwargs": {}}
        both = type(name, (error_class, *(getattr(exceptions, base) for base in bases)), attributes)
        _classes[name, bases] = both
    return both


def from_core(name: str, message: str, **details: "Any") -> LambdaCacheError:
    """Returns the exception for an error of the Rust core."""
    error_class: type[LambdaCacheError] = globals()[name]
    if issubclass(error_class, FetchError):
        metadata = {"RequestId": details.get("request_id") or "", "HTTPStatusCode": details.get("status") or 0}
        code = details.get("code") or error_class.__name__
        response = {
            "Error": {"Code": code, "Message": details.get("aws_message") or message},
            "ResponseMetadata": metadata,
        }
        return _fetch_error(name, message, response, details.get("operation") or "")
    if error_class is ConfigurationError:
        return _configuration_error(message, details.get("code"))
    if error_class is StorageError:
        return StorageError(message, details.get("errno"))
    return error_class(message)
