"""A process that does what a test tells it: it downloads, is stopped, and is killed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.dialogue import Dialogue

if TYPE_CHECKING:
    from collections.abc import Sequence


class ControlledProcess(Dialogue):
    """A dialogue with tests/programs/controlled_process.py: commands and answers."""

    def __init__(self, *arguments: str, under: Sequence[str] = ()) -> None:
        """Starts it, under another command if need be, and waits until it has imported all that it needs."""
        super().__init__("controlled_process", arguments=arguments, under=under)
        self.hear()

    def __enter__(self) -> ControlledProcess:
        return self

    def tell(self, do: str, **arguments: Any) -> None:
        """Sends a command."""
        self.say(json.dumps({"do": do, **arguments}))

    def ask(self, do: str, **arguments: Any) -> Any:
        """The answer to a command."""
        self.tell(do, **arguments)
        return self.hear()


def root_of(process: ControlledProcess) -> Path:
    """The file system as the process sees it."""
    return Path(f"/proc/{process.process.pid}/root")
