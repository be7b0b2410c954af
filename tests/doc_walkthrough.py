"""A walkthrough: writes the files of a page of docs/get-started, and pastes its commands, from top to bottom.

```` ```sh ```` is pasted into a terminal. A block with a title is a file of the folder in which the terminal is.
```` ```text ```` is what the commands before it have printed, but for the seconds that something took. The comment

    <!-- keeps running -->

stands above a block that does not come to an end; what follows goes into another terminal, opened in the first folder.
"""

from __future__ import annotations

import re
import shlex
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import tests.fakes

if TYPE_CHECKING:
    from collections.abc import Callable

BLOCK = re.compile(
    r'(?P<running>^<!-- keeps running -->\n+)?^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$',
    re.DOTALL | re.MULTILINE,
)
PROMPT = "--- done in "
SECONDS = re.compile(r"\b\d+\.\d+ ?s\b")


class Terminal:
    """A context manager: a bash that ends at the first command that fails, with what runs in it."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        """It begins in `folder`."""
        self.folder = folder
        self._environment = environment

    def __enter__(self) -> Terminal:
        self._bash = subprocess.Popen(
            ["bash", "-eu"],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._bash.communicate()  # its input ends, and with it whatever was left running

    def run(self, commands: str) -> str:
        """Runs the commands and returns their output. `self.folder` becomes their last folder."""
        # In one piece and without input, so that no command reads the following ones.
        self._write(f"{{\n{commands}}} </dev/null\nprintf '\\n%s%s\\n' '{PROMPT}' \"$PWD\"\n")
        assert self._bash.stdout is not None
        printed: list[str] = []
        for line in self._bash.stdout:
            if line.startswith(PROMPT):
                self.folder = Path(line.removeprefix(PROMPT).rstrip("\n"))
                return "".join(printed).removesuffix("\n")
            printed.append(line)
        raise AssertionError(f"failed:\n{commands}\n{''.join(printed)}")

    def leave_running(self, commands: str) -> None:
        """Begin to run the commands, without waiting for them; nothing else can be run here."""
        guard = str(Path(tests.fakes.__file__).with_name("guard.py"))  # the guarded command ends with this process
        self._write(shlex.join([sys.executable, guard, "bash", "-euc", commands]) + "\n")

    def wait_for(self, port: int) -> None:
        """Returns when the pasted command listens."""
        while self._bash.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return
            time.sleep(0.02)
        assert self._bash.stdout is not None
        raise AssertionError(f"it has ended:\n{self._bash.stdout.read()}")

    def _write(self, text: str) -> None:
        assert self._bash.stdin is not None
        self._bash.stdin.write(text)
        self._bash.stdin.flush()


@dataclass
class Walkthrough:
    """A newcomer in an empty folder; `environment` and `unseen` hold the hidden settings."""

    folder: Path
    environment: dict[str, str]
    port: int
    """Where the page's server will listen."""
    unseen: Callable[[str], str] = lambda commands: commands
    """Replaces the commands of a block, unseen by the walkthrough."""
    prepare: dict[str, Callable[[Path], None]] = field(default_factory=dict[str, "Callable[[Path], None]"])
    """What happens unseen after the commands that contain a text, in the folder where they ended."""

    def follow(self, page: str) -> None:
        """Follows the page in its order. Raises `AssertionError` if a command fails or prints something else."""
        blocks = list(BLOCK.finditer(page))
        assert page.count("\n```") == 2 * len(blocks) > 0, "a block is neither a command nor a file nor an output"
        with ExitStack() as terminals:
            terminal = terminals.enter_context(Terminal(self.folder, self.environment))
            server: Terminal | None = None
            printed = ""
            for block in blocks:
                text = block["text"]
                if block["title"]:
                    path = terminal.folder / block["title"]
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(text)
                elif block["running"]:
                    terminal.leave_running(self.unseen(text))
                    server = terminal
                    terminal = terminals.enter_context(Terminal(self.folder, self.environment))
                elif block["language"] == "sh":
                    if server is not None:
                        server.wait_for(self.port)
                    printed = terminal.run(self.unseen(text))
                    for contained, action in self.prepare.items():
                        if contained in text:
                            action(terminal.folder)
                else:
                    assert block["language"] == "text", text
                    assert SECONDS.sub("... s", printed.strip()) == SECONDS.sub("... s", text.strip()), printed


def free_port() -> int:
    """Returns a free port on 127.0.0.1."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
