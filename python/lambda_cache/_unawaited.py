"""A warning about handlers that Lambda does not await. Imported in Lambda, for `async def` handlers."""

import sys
from os import environ

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_warned: "set[str]" = set()


def warn_if_nobody_awaits(handler: "Any") -> None:
    """Warns once if this `async def` is the function's own handler, which Lambda's runtime client does not await."""
    if "awslambdaric" not in sys.modules:
        return
    # Lambda sets the variable; in a container image, the client's argument says it.
    configured = environ.get("_HANDLER") or (sys.argv[1] if len(sys.argv) > 1 else "")
    name = f"{getattr(handler, '__module__', '')}.{getattr(handler, '__qualname__', '')}"
    if name != configured.replace("/", ".") or name in _warned:
        return
    _warned.add(name)
    import warnings

    from lambda_cache.exceptions import LambdaCacheWarning

    message = (
        f"the handler {name} is an async def, which Lambda's Python runtime does not await: rename it, and have a "
        "plain function call it, as in def handler(event, context): return asyncio.run(async_handler(event, context))"
    )
    warnings.warn(message, LambdaCacheWarning, stacklevel=6)
