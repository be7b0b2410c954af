"""Runs a program under a case's environment and files, and returns its requests and its outcome."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.configurations.recorder import Authority, Recorder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.configurations.case import Case, Kind

OURS = "tests.configurations.children.ours"
BOTO3 = "tests.configurations.children.boto3_peer"
REPOSITORY = Path(__file__).parents[2]

# More than there are cores, because most of the time a case waits, for a retry say.
AT_ONCE = 8


@dataclass(frozen=True)
class Outcome:
    """The requests and the outcome of a program."""

    lines: tuple[str, ...]
    """The requests in order, and last a value or the kind of an error: everything that is compared."""
    said: str
    """The error's text, for people."""


def run_all(kinds: list[Kind], program: str) -> dict[str, Outcome]:
    """Runs every case, several at a time; the outcomes are by kind and name."""
    authority = Authority()
    cases = {f"{kind.name}/{case.name}": (kind, case) for kind in kinds for case in kind.cases}
    idle: queue.SimpleQueue[_Program] = queue.SimpleQueue()
    programs = [_Program(program) for _ in range(AT_ONCE)]
    for started in programs:
        idle.put(started)
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            outcomes = pool.map(partial(_run, idle=idle, authority=authority), cases.values())
            return dict(zip(cases, outcomes, strict=True))
    finally:
        for started in programs:
            started.stop()


class _Program:
    """A process that forks a child for each job, and its children's home, which boto3 looks for at its import."""

    def __init__(self, program: str) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.home = Path(self._folder.name).resolve()
        self._process = subprocess.Popen(
            [sys.executable, "-m", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**_surroundings(), "PYTHONPATH": str(REPOSITORY), "HOME": str(self.home)},
        )

    def run(self, call: list[str], env: dict[str, str], folder: Path) -> tuple[str, str]:
        """Returns how a call ended, and what the error says."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps({"call": call, "env": env, "folder": str(folder)}), file=self._process.stdin, flush=True)
        ended, said = json.loads(self._process.stdout.readline())
        return ended, said

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()

    def clear(self) -> None:
        """Empties the home folder."""
        for path in self.home.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _run(of: tuple[Kind, Case], idle: queue.SimpleQueue[_Program], authority: Authority) -> Outcome:
    kind, case = of
    program = idle.get()
    home = program.home
    with Recorder(authority, case.answers, case.proxy_answers) as recorder:
        authority.write(home / "ca.pem")
        known = {"home": str(home), "ca": str(home / "ca.pem"), "python": sys.executable, **recorder.placeholders()}
        fill = partial(_fill, known=known)
        files = {".aws/config": case.config, ".aws/credentials": case.credentials, **case.files}
        for name, content in files.items():
            if content:
                path = home / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(fill(content).encode())
        variables = {**_surroundings(), "HOME": str(home), "LAMBDA_CACHE_DIR": str(home), **kind.env, **case.env}
        env = {name: fill(value) for name, value in variables.items() if value is not None}
        ended, said = program.run([fill(word) for word in case.call], env, home)
        program.clear()
        idle.put(program)
        lines = [request.line() for request in recorder.requests if request.operation != "MetadataToken"]
        clean = partial(_clean, ports=recorder.ports(), home=home)
        return Outcome(tuple(map(clean, [*_counted(lines), ended])), clean(said))


def _surroundings() -> dict[str, str]:
    """Everything that is in the environment of each case."""
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "AWS_EC2_METADATA_DISABLED": "true"}


def _fill(text: str, known: Mapping[str, str]) -> str:
    for name, value in known.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _clean(line: str, ports: Mapping[str, str], home: Path) -> str:
    for port, word in ports.items():
        line = line.replace(f":{port}", f":{word}")
    return line.replace(str(home), "~")


def _counted(lines: list[str]) -> list[str]:
    """Equal lines that follow one another become one line with their number."""
    counted: list[tuple[str, int]] = []
    for line in lines:
        if counted and counted[-1][0] == line:
            counted[-1] = (line, counted[-1][1] + 1)
        else:
            counted.append((line, 1))
    return [line if number == 1 else f"{line} x{number}" for line, number in counted]
