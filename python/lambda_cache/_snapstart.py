"""Drops entries and connections around a SnapStart snapshot. Imported only where there will be one.

https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
"""

import sys

from lambda_cache import _native


def _restored() -> None:
    _native.reset()
    prefetch = sys.modules.get("lambda_cache._prefetch")
    if prefetch is not None:
        prefetch.restored()


try:
    from snapshot_restore_py import register_after_restore, register_before_snapshot
except ImportError:  # a custom runtime without AWS's module; ages are still correct, by the wall clock
    pass
else:
    # Before, so that the snapshot has no cached value; after, because another hook may have fetched.
    register_before_snapshot(_native.reset)
    register_after_restore(_restored)
