"""The deployment of a template, and the expected one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.cargo import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterable

EXAMPLES = REPOSITORY / "examples"
NODE, PYTHON, RUST = "node-function", "python-function", "rust-function"
CODE = {NODE: "src/index.mjs", PYTHON: "src/app.py", RUST: "src/main.rs"}
LOGS = "the function's log group"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/of-the-shop"
LAYER = "arn:aws:lambda:eu-west-1:123456789012:layer:lambda-cache-agent:1"


@dataclass(frozen=True, order=True)
class Statement:
    """The permissions of a policy's statement. Partition, Region and account are `aws`, `*` and `*`."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    services: tuple[str, ...] = ()
    """Those through which alone a key may be used."""

    @classmethod
    def of(cls, actions: Iterable[str], resources: Iterable[str], services: Iterable[str] = ()) -> Statement:
        """Returns equal statements for equal content in any order."""
        return cls(tuple(sorted(actions)), tuple(sorted(resources)), tuple(sorted(services)))


@dataclass(frozen=True)
class Deployed:
    """A function, and what its role allows."""

    package: str
    """Its path from the folder of the example; empty where a tool has put it elsewhere."""
    handler: str
    runtime: str
    memory_mib: int
    timeout_seconds: int
    layers: list[str]
    environment: dict[str, str]
    statements: list[Statement] = field(repr=False)
    """Sorted."""


WRITE_LOGS = Statement.of(["logs:CreateLogStream", "logs:PutLogEvents"], [LOGS])
_AGENT = "http://127.0.0.1:2773"
_SETTINGS: dict[str, tuple[str, str, str, list[str]]] = {
    NODE: ("function.zip", "index.handler", "nodejs22.x", [LAYER]),
    PYTHON: ("function.zip", "app.handler", "python3.13", []),
    RUST: ("target/lambda/rust-function/bootstrap.zip", "bootstrap", "provided.al2023", []),
}
"""The package, handler, runtime and layers."""
_ENVIRONMENT = {
    NODE: {
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": _AGENT,
        "AWS_ENDPOINT_URL_SSM": _AGENT,
        "LAMBDA_CACHE_AGENT_STALE_IF_ERROR_IN_SECONDS": "3600",
    },
    PYTHON: {
        "LAMBDA_CACHE_JITTER_IN_PERCENT": "20",
        "LAMBDA_CACHE_PREFETCH": "1",
        "LAMBDA_CACHE_STALE_IF_ERROR_IN_SECONDS": "3600",
    },
    RUST: {"LAMBDA_CACHE_JITTER_IN_PERCENT": "20", "LAMBDA_CACHE_STALE_IF_ERROR_IN_SECONDS": "3600"},
}


def expected_policy(example: str) -> list[Statement]:
    """The least that a function needs for the values which its code asks for."""
    ssm = "arn:aws:ssm:*:*:parameter/shop/production"
    several = Statement.of(["ssm:GetParameters"], [f"{ssm}/discount", f"{ssm}/sizes"])
    return [
        *([] if example == NODE else [Statement.of(["s3:GetObject"], ["arn:aws:s3:::shop-files/models/prices.json"])]),
        Statement.of(
            ["secretsmanager:GetSecretValue"], ["arn:aws:secretsmanager:*:*:secret:/shop/production/login-??????"]
        ),
        Statement.of(["ssm:GetParameter"], [f"{ssm}/banner"]),
        *([several] if example == RUST else []),
    ]


def expected(example: str, *, with_key: bool = False, package: bool = True) -> Deployed:
    """Returns the expected deployment of an example."""
    path, handler, runtime, layers = _SETTINGS[example]
    services = ["ssm", "secretsmanager", *([] if example == NODE else ["s3"])]
    decrypt = Statement.of(["kms:Decrypt"], [KEY], (f"{name}.*.amazonaws.com" for name in services))
    return Deployed(
        package=path if package else "",
        handler=handler,
        runtime=runtime,
        memory_mib=256,
        timeout_seconds=15,
        layers=layers,
        environment=_ENVIRONMENT[example],
        statements=sorted([*expected_policy(example), WRITE_LOGS, *([decrypt] if with_key else [])]),
    )


def statements(*documents: dict[str, Any]) -> list[Statement]:
    """The statements of IAM policy documents, sorted; more than the templates should need is an error."""
    return sorted(_statement(statement) for document in documents for statement in document["Statement"])


def _statement(statement: dict[str, Any]) -> Statement:
    assert statement.keys() <= {"Sid", "Effect", "Action", "Resource", "Condition"}
    assert statement["Effect"] == "Allow"
    condition: dict[str, dict[str, Any]] = statement.get("Condition", {"StringEquals": {}})
    assert condition.keys() == {"StringEquals"}
    assert condition["StringEquals"].keys() <= {"kms:ViaService"}
    services: str | list[str] = condition["StringEquals"].get("kms:ViaService", [])
    return Statement.of(_list(statement["Action"]), _list(statement["Resource"]), _list(services))


def _list(value: str | list[str]) -> list[str]:
    """IAM takes one string for a list of one."""
    return [value] if isinstance(value, str) else value
