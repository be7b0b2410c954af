"""Lets the site's reference read the package as type checkers do (`extensions` in mkdocs.yml)."""

from __future__ import annotations

from typing import Any

from griffe import Extension, Function


class AsTypeCheckersDo(Extension):
    """Leaves out what the stubs do not have: the keywords that a function takes only to refuse them."""

    def on_function_instance(self, *, func: Function, **kwargs: Any) -> None:
        """Drops `**unknown` and `**_unknown`."""
        for name in ("unknown", "_unknown"):
            if name in func.parameters:
                del func.parameters[name]
