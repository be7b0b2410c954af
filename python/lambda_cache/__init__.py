"""The simplest way to cache AWS API calls in a Lambda function.

    >>> from lambda_cache import ssm
    >>> @ssm.cache(parameter='/production/app/var')
    ... def handler(event, context):
    ...     return context.var

`ssm`, `secrets_manager`, `s3`, and `custom` for any other call, each have `cache` (a decorator), `get_entry` and its
async twin `aget_entry`, and `invalidate`. `refresh_on_error` calls a handler again, with fresh entries, after an error;
`clear` removes everything; `stats` and `emf_line` report the cache's work. `exceptions` has their errors, `metadata`
describes values, and `testing` supplies values and moves time without AWS.
"""

import os as _os

try:
    from lambda_cache import _native
except ImportError as error:
    if "interpreter" in str(error):
        raise ImportError(
            "lambda_cache works in one interpreter of a process, the main one: "
            "use threads or processes instead of sub-interpreters"
        ) from error
    problem = "is missing" if error.path and error.path.endswith("__init__.py") else f"cannot be loaded ({error})"
    raise ImportError(
        f"the compiled part of lambda_cache {problem}: install the wheel for this machine ({_os.uname().machine}), "
        "as with pip install --platform"
    ) from error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lambda_cache import custom, exceptions, metadata, s3, secrets_manager, ssm, testing
    from lambda_cache._native import clear
    from lambda_cache._refresh import refresh_on_error
    from lambda_cache._stats import emf_line, stats
else:
    clear = _native.clear
    _FUNCTIONS = {"emf_line": "_stats", "refresh_on_error": "_refresh", "stats": "_stats"}

    def __getattr__(name: str) -> object:
        """Returns a module at its first use, so that a cold start loads only the modules that the function needs."""
        if name in _FUNCTIONS:
            globals()[name] = getattr(__import__(f"{__name__}.{_FUNCTIONS[name]}", fromlist=[name]), name)
        elif name in __all__:
            __import__(f"{__name__}.{name}")
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return globals()[name]

    def __dir__() -> "list[str]":
        return __all__


__all__ = [
    "__version__",
    "clear",
    "custom",
    "emf_line",
    "exceptions",
    "metadata",
    "refresh_on_error",
    "s3",
    "secrets_manager",
    "ssm",
    "stats",
    "testing",
]

__version__: str = _native.__version__

# A fetch notices a fork by itself, but a look into the cache does not, and the fork may have found the cache locked.
if hasattr(_os, "register_at_fork"):  # Windows has no fork
    _os.register_at_fork(
        before=_native.before_fork,
        after_in_parent=_native.after_fork_in_parent,
        after_in_child=_native.after_fork_in_child,
    )

for _problem in _native.environment_problems():
    import warnings as _warnings

    from lambda_cache.exceptions import LambdaCacheWarning as _Warning

    _warnings.warn(f"{_problem} (ConfigurationError at the first call)", _Warning, stacklevel=2)

if _os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
    from lambda_cache import _snapstart as _snapstart
