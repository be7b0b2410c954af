"""Each request of a list to AWS's Workload Credentials Provider and to the agent: `make agent-peer`.

Their answers have the same status, body and headers. Where the agent differs on purpose, the table says in which of
these, and why. A difference that the table names and the answers do not have fails the test too.
"""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.agent_beside_provider import TOKEN, TOKEN_HEADER, Answer, Server
from tests.fakes.fault_server import FaultServer

if TYPE_CHECKING:
    from collections.abc import Iterator

ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf"
ROLE = "arn:aws:iam::123456789012:role/reader"
GET = "/secretsmanager/get"
FAULTS = ("throttled", "internal-error", "access-denied", "expired-credentials")

RESET = "reset-before-answer"

WORDS = "the message says what to do"
HOST = "another name of this machine may be a web page's (DNS rebinding)"
AGES = "the agent takes the accepted age with a request"
ORDER = "of two faults the agent names the unknown parameter first"
SLASH = "AWS's extension is asked with and without the slash"


@dataclass(frozen=True)
class Case:
    """A request."""

    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=lambda: {TOKEN_HEADER: TOKEN})
    differs: tuple[str, ...] = ()
    """The parts of the answer that are not the provider's, in the order of `parts`."""
    why: str = ""

    def __str__(self) -> str:
        """The name of the test."""
        sent = [f"{name}={value}" for name, value in self.headers.items() if (name, value) != (TOKEN_HEADER, TOKEN)]
        token = [] if self.headers.get(TOKEN_HEADER) == TOKEN else ["without the token"]
        return " ".join([self.method, self.path, *sent, *token])


CASES = (
    # Answers
    Case("/ping"),
    Case("/ping", headers={}),
    Case("/ping", headers={"X-Forwarded-For": "192.0.2.1"}),
    Case(f"{GET}?secretId=prod/db"),
    Case(f"{GET}?secretId=prod%2Fdb"),
    Case(f"{GET}?secretId={ARN}"),
    Case(f"{GET}?secretId=prod/key"),
    Case(f"{GET}?secretId=prod/db&versionStage=AWSCURRENT"),
    Case(f"{GET}?secretId=prod/db&versionStage=AWSPREVIOUS"),
    Case(f"{GET}?secretId=prod/db&refreshNow=true"),
    Case(f"{GET}?secretId=prod/db&refreshNow=1"),
    Case(f"{GET}?secretId=prod/db&refreshNow=FALSE"),
    Case("/v1/prod/db"),
    Case(f"/v1/{ARN}"),
    Case("/v1/prod/db?refreshNow=true"),
    Case("/v1/prod/db?versionStage=AWSCURRENT"),
    Case("/v1/prod/db", headers={"X-Vault-Token": TOKEN}),
    Case("/v1/prod/db", headers={"x-aws-parameters-secrets-token": TOKEN}),
    # Access
    Case("/v1/prod/db", headers={}),
    Case("/v1/prod/db", headers={TOKEN_HEADER: "the-tokem"}),
    Case("/v1/prod/db", headers={TOKEN_HEADER: ""}),
    Case("/v1/prod/db", headers={TOKEN_HEADER: TOKEN, "X-Forwarded-For": "192.0.2.1"}),
    Case("/v1/prod/db", headers={"X-Forwarded-For": "192.0.2.1"}),
    Case("/nothing", headers={}),
    Case(
        "/v1/prod/db",
        headers={TOKEN_HEADER: TOKEN, "Host": "example.com"},
        differs=("status", "message", "value"),
        why=HOST,
    ),
    # Methods
    Case("/v1/prod/db", "POST"),
    Case("/v1/prod/db", "POST", headers={}),
    Case("/v1/prod/db", "PUT"),
    Case("/v1/prod/db", "DELETE"),
    Case("/v1/prod/db", "HEAD"),
    Case("/ping", "POST"),
    # Routes
    Case("/nothing"),
    Case("/"),
    Case("/v1"),
    Case("/v1/"),
    Case("/v1/?refreshNow=true"),
    Case(f"{GET}/?secretId=prod/db", differs=("status", "message", "value"), why=SLASH),
    Case("/ping/", differs=("status", "message"), why=SLASH),
    Case("//v1/prod/db"),
    # Parameters
    Case("/v1/prod%2Fdb"),
    Case(f"{GET}?secretId=none&secretId=prod/db"),
    Case(f"{GET}?secretId=prod/db&versionStage="),
    Case(f"{GET}?secretId=prod/db&colour=red&refreshNow=maybe"),
    Case(f"{GET}?secretId=prod/db&refreshNow=maybe&colour=red", differs=("message",), why=ORDER),
    Case(GET),
    Case(f"{GET}?secretId="),
    Case(f"{GET}?secretId=prod/db&colour=red"),
    Case(f"{GET}?secretId=prod/db&refreshNow=maybe"),
    Case(f"{GET}?secretId=prod/db&refreshNow="),
    Case(f"{GET}?secretId=prod/db&roleArn=reader"),
    Case(f"{GET}?secretId=prod/db&roleArn="),
    Case(f"{GET}?secretId=prod/db&max_age_in_seconds=60", differs=("status", "message", "value"), why=AGES),
    Case("/v1/prod/db?secretId=prod/db"),
    Case("/v1/prod/db?refreshNow=2"),
    # AWS's errors
    Case(f"{GET}?secretId=none"),
    Case(f"{GET}?secretId=none&refreshNow=true"),
    Case("/v1/none"),
    Case(f"{GET}?secretId=prod/db&versionStage=NONE"),
    Case(f"{GET}?secretId=prod/db&versionId=00000000-0000-0000-0000-000000000000"),
    Case(f"{GET}?secretId=prod/db&roleArn={quote(ROLE)}", differs=("message",), why=WORDS),
    *(Case(f"{GET}?secretId={fault}") for fault in FAULTS),
    Case(f"{GET}?secretId={RESET}", differs=("message",), why=WORDS),
)


@pytest.fixture(scope="module")
def both(rust_programs: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    """The provider and the agent, with one stand-in for AWS."""
    folder = tmp_path_factory.mktemp("both")
    with ExitStack() as stack:
        server = stack.enter_context(FaultServer(rust_programs["fault-server"]))
        server.put_secret("prod/db", "pa55word")
        server.put_secret("prod/key", b"\0\xff")
        for fault in (*FAULTS, RESET):
            server.put_secret(fault, "x")
            server.fault(fault, fault, "always")
        environment = server.environment() | {"AWS_MAX_ATTEMPTS": "1"}
        provider = Server.provider(Path(os.environ["AGENT_PEER"]), environment, folder)
        agent = Server.ours(rust_programs["lambda-cache-agent"], environment, folder)
        yield stack.enter_context(provider), stack.enter_context(agent)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_answers_are_the_providers(both: tuple[Server, Server], case: Case) -> None:
    for attempt in range(2):  # the second is a hit, where the first was answered
        theirs, ours = (parts(server.ask(case.path, case.method, case.headers)) for server in both)
        different = tuple(name for name, part in theirs.items() if ours[name] != part)
        assert different == case.differs, f"attempt {attempt}\nprovider: {theirs}\nagent:    {ours}\n{case.why}"


def parts(answer: Answer) -> dict[str, object]:
    """The parts of an answer that are compared. Only the agent names the type of a body."""
    headers = {name: value for name, value in answer.headers.items() if name not in {"content-type", "date"}}
    is_whole = int(headers.pop("content-length", 0)) == len(answer.body)
    compared: dict[str, object] = {"status": answer.status, "headers": headers, "length is right": is_whole}
    try:
        document: dict[str, Any] = json.loads(answer.body)
    except ValueError:
        return compared | {"error": None, "message": answer.body.decode(), "value": None}
    error, message = document.pop("__type", None), document.pop("message", None)
    return compared | {"error": error, "message": message, "value": document}
