"""A proxy that keeps a server's answers, to tell a download that mixed them from a server that mixed one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fakes.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.client import HTTPResponse

# The versions that are tried are of one letter each; a back-reference would take seconds.
_RUN = re.compile(rb"A+|B+|C+|.", re.DOTALL)
_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")


@dataclass
class Answer:
    """The validators of an answer, and the bytes that it gave."""

    etag: str | None
    last_modified: str | None
    total: int
    body: bytearray = field(default_factory=bytearray)
    begins: int | None = None
    """The place of a part in the object; None if the answer is no part."""

    def __str__(self) -> str:
        letters = bytes(sorted(set(self.body[::4096]))).decode(errors="replace")
        return f"{self.etag} {self.last_modified}: {letters}, {self.begins}+{len(self.body)}/{self.total}"

    def is_of_one_with(self, whole: Answer) -> bool:
        """Returns true if the headers say that both are of one version, which takes an ETag."""
        mine, its = (self.etag, self.last_modified, self.total), (whole.etag, whole.last_modified, whole.total)
        return self is whole or (self.etag is not None and mine == its)


class Recorder(Proxy):
    """Keeps each answer that brought an object, or a part of one."""

    def __init__(self, upstream: str) -> None:
        """Nothing listens until the `with` block begins."""
        super().__init__(upstream)
        self.answers: list[Answer] = []

    def __enter__(self) -> Recorder:
        super().__enter__()
        return self

    def watch(self, response: HTTPResponse) -> Callable[[bytes], None]:
        """Keeps the answer."""
        if response.status not in {200, 206}:
            return super().watch(response)
        answer = Answer(response.getheader("ETag"), response.getheader("Last-Modified"), response.length or 0)
        if part := _CONTENT_RANGE.match(response.getheader("Content-Range", "")):
            answer.begins, answer.total = int(part[1]), int(part[2])
        self.answers.append(answer)
        return answer.body.extend

    def gave_as_one(self, file: bytes) -> bool:
        """Returns true if answers that say they are of one version gave each byte of the file in its place."""
        wholes = [answer for answer in self.answers if answer.begins is None and answer.total == len(file)]
        return any(_gave([each for each in self.answers if each.is_of_one_with(whole)], file) for whole in wholes)


def _gave(answers: list[Answer], file: bytes) -> bool:
    given = sorted(run for answer in answers for run in _runs(answer.body, answer.begins or 0))
    for letter, begins, ends in _runs(file):
        reached = begins
        for _, first, last in [run for run in given if run[0] == letter and run[1] < ends]:
            if first <= reached:
                reached = max(reached, last)
        if reached < ends:
            return False
    return True


def _runs(body: bytes | bytearray, begins: int = 0) -> list[tuple[bytes, int, int]]:
    """Returns the runs of one byte: the byte, and where its run begins and ends in the object."""
    return [(run[0][:1], begins + run.start(), begins + run.end()) for run in _RUN.finditer(body)]
