"""The commands of docs/deploying.md."""

from __future__ import annotations

import re

from tests.cargo import REPOSITORY

DOCUMENT = REPOSITORY / "docs/deploying.md"


def commands(name: str) -> str:
    """The commands of the document below the comment that says `run: name`."""
    (found,) = re.findall(rf"^<!-- run: {name} -->\n```sh\n(.*?)^```$", DOCUMENT.read_text(), re.DOTALL | re.MULTILINE)
    return str(found)
