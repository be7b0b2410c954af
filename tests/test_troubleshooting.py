"""docs/troubleshooting.md has the messages of the code, and misses none that names a fix for a failed call."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lambda_cache import exceptions

REPOSITORY = Path(__file__).parents[1]
PAGE = (REPOSITORY / "docs/troubleshooting.md").read_text()
CORE = REPOSITORY / "crates/lambda-cache/src"
FAILED_CALLS = ["aws/error.rs", "aws/error/advice.rs", "aws/unreachable.rs"]
"""The files whose messages are about a call that failed."""

STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
PLACEHOLDER = re.compile(r"\{[^}]*\}")


def literals(path: Path) -> list[str]:
    """The string literals of a source file, without those of its unit tests."""
    source = path.read_text().split("#[cfg(test)]")[0]
    source = re.sub(r"^\s*//.*$", "", source, flags=re.MULTILINE)
    source = re.sub(r"let advice = .*?;\n", "", source, flags=re.DOTALL)  # it stands in a message's {advice}
    return [re.sub(r"\\\n\s*", "", match[1]) for match in STRING.finditer(source)]


def messages() -> list[str]:
    """The messages of the page: code in the first or second cell, in the tables of messages."""
    tables = PAGE.split("## No error, but a wrong result")[0]
    rows = [line.strip("| ").split(" | ") for line in tables.splitlines() if line.startswith("| `")]
    cells = [row[1] if row[0].endswith("Error`") else row[0] for row in rows]
    return [cell.strip("`") for cell in cells if cell.startswith("`")]


def pattern(message: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in message.split("…")), re.DOTALL)


def says_much(literal: str) -> bool:
    """Whether more than placeholders stands before the fix."""
    problem = literal.split("; ")[0] or literal
    return len(re.findall(r"[a-z]{2,}", PLACEHOLDER.sub("", problem))) > 2


SOURCES = [
    *CORE.glob("**/*.rs"),
    *REPOSITORY.glob("crates/lambda-cache-names/src/**/*.rs"),
    *REPOSITORY.glob("crates/lambda-cache-python/src/**/*.rs"),
    *REPOSITORY.glob("python/lambda_cache/**/*.py"),
]
IN_THE_CODE = "\n".join(literal for source in SOURCES for literal in literals(source))


@pytest.mark.parametrize("message", messages())
def test_a_message_of_the_page_is_in_the_code(message: str) -> None:
    parts = [part for part in message.split("…") if part]
    assert all(part in IN_THE_CODE for part in parts)


def test_the_page_has_each_message_of_a_failed_call() -> None:
    shown = [pattern(message) for message in messages()]
    with_a_fix = [
        literal for name in FAILED_CALLS for literal in literals(CORE / name) if "; " in literal and says_much(literal)
    ]
    assert len(with_a_fix) > 12
    assert [literal for literal in with_a_fix if not any(each.search(literal) for each in shown)] == []


def test_the_page_has_each_class_of_errors() -> None:
    classes = {
        name
        for name, value in vars(exceptions).items()
        if isinstance(value, type) and issubclass(value, exceptions.LambdaCacheError)
    }
    assert {name for name in classes - {"LambdaCacheError"} if name not in PAGE} == set()
