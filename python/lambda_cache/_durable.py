"""Recognition of durable functions' handlers. Imported only if `refresh_on_error` is used."""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SDK = "aws_durable_execution_sdk_python"
REFUSED = (
    "refresh_on_error cannot be used on a handler of a durable function, because its second call would run the steps "
    "of the first one again: put it onto a function that a step calls, or give the step a retry_strategy"
)


def is_durable(handler: "Any") -> bool:
    """Returns whether a handler is decorated with durable_execution, or takes a DurableContext."""
    for _ in range(32):
        handler = _attribute(handler, "__func__") or handler
        module = _dictionary(handler, "__globals__").get("__name__")
        if isinstance(module, str) and module.partition(".")[0] == SDK:
            return True
        wrapped = _attribute(handler, "__wrapped__")
        if wrapped is None:
            break
        handler = wrapped
    if SDK not in sys.modules:
        return False
    annotations = _dictionary(handler, "__annotations__").items()
    return any(_names_the_context(annotation) for name, annotation in annotations if name != "return")


def _attribute(owner: object, name: str) -> "Any":
    """Returns an attribute, or None. A handler may be a proxy that raises any error for any name, or a mock."""
    try:
        return getattr(owner, name, None)
    except Exception:
        return None


def _dictionary(owner: object, name: str) -> "dict[str, Any]":
    """Returns an attribute if it is a dictionary: some handlers answer any name with anything."""
    found = _attribute(owner, name)
    return found if isinstance(found, dict) else {}  # pyright: ignore[reportUnknownVariableType]


def _names_the_context(annotation: object) -> bool:
    if isinstance(annotation, str):
        return annotation.strip("\"'").rpartition(".")[2] == "DurableContext"
    return isinstance(annotation, type) and _is_context_class(annotation)


def _is_context_class(kind: type) -> bool:
    return any(base.__name__ == "DurableContext" and base.__module__.partition(".")[0] == SDK for base in kind.__mro__)


def refuse_context(args: "tuple[object, ...]", kwargs: "dict[str, object]") -> None:
    """Raises an error if an argument of a call is a DurableContext."""
    for argument in (*args, *kwargs.values()):
        kind = _attribute(argument, "__class__")
        if isinstance(kind, type) and _is_context_class(kind):
            from lambda_cache.exceptions import ContextError

            raise ContextError(REFUSED)
