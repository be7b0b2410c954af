"""Lets the site's reference read the package as type checkers do (`extensions` in mkdocs.yml)."""

from __future__ import annotations

import ast
from typing import Any

from griffe import Extension


class AsTypeCheckersDo(Extension):
    """Removes the run-time stand-ins for `typing`, so that overloads are recognised."""

    def on_module_node(self, *, node: object, **kwargs: Any) -> None:
        """Drops the `else` of each `if TYPE_CHECKING:`."""
        for statement in node.body if isinstance(node, ast.Module) else []:
            if isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING":
                statement.orelse = []
