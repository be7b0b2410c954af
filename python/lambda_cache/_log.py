"""The logger `lambda_cache`. Imported when there is something to log, because `logging` slows a cold start down."""

import logging

from lambda_cache import _native

logger = logging.getLogger("lambda_cache")
logger.addHandler(logging.NullHandler())

# Once, and not over a level that the function has set.
_level = _native.log_level()
if _level is not None and logger.level == logging.NOTSET:
    logger.setLevel(_level)
