"""Reads Terraform configurations without Terraform: what their text says."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import hcl2

from tests.templates.deployed import EXAMPLES, KEY, LAYER, LOGS, Deployed, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HCL: Any = hcl2  # whose dictionaries are of any type
_OPTIONS = hcl2.SerializationOptions(with_comments=False, explicit_blocks=False, strip_string_quotes=True)
_LOCALS = {"local.partition": "aws", "local.region": "*", "local.account": "*"}
_ROLE = {
    "resource.aws_iam_role.function": {
        "name_prefix": "${substr(var.name, 0, 37)}-",
        "assume_role_policy": "${data.aws_iam_policy_document.assume_role.json}",
    },
    "resource.aws_iam_role_policy.function": {
        "role": "${aws_iam_role.function.id}",
        "policy": "${data.aws_iam_policy_document.function.json}",
    },
}
"""All that gives the function a right, as it must be."""
_NO_RIGHTS = {"resource.aws_lambda_function.function", "resource.aws_cloudwatch_log_group.function"}
_BY_LAMBDA = {
    "statement": [
        {
            "actions": ["sts:AssumeRole"],
            "principals": [{"type": "Service", "identifiers": ["lambda.amazonaws.com"]}],
        }
    ]
}
_RESOURCES = {"${aws_cloudwatch_log_group.function.arn}:*": LOGS, "${statement.value}": KEY}


def terraform(example: str, *, with_key: bool = False) -> Deployed:
    """Returns the deployment of an example's configuration, with or without the variable kms_key_arn."""
    found = blocks(EXAMPLES / example / "terraform")
    function = found["resource.aws_lambda_function.function"]
    policy = found["data.aws_iam_policy_document.function"]
    assert {address: found[address] for address in found if address.startswith("resource.aws_iam_")} == _ROLE
    assert {address for address in found if address.startswith("resource.")} == _ROLE.keys() | _NO_RIGHTS
    assert found["data.aws_iam_policy_document.assume_role"] == _BY_LAMBDA
    assert function["role"] == "${aws_iam_role.function.arn}"
    statements = list(policy["statement"])
    (dynamic,) = policy["dynamic"]
    assert dynamic["statement"]["for_each"] == '${var.kms_key_arn == "" ? [] : [var.kms_key_arn]}'
    if with_key:
        statements += dynamic["statement"]["content"]
    (environment,) = function["environment"]
    return Deployed(
        package=found["local.package"].removeprefix("${path.module}/../"),
        handler=function["handler"],
        runtime=function["runtime"],
        memory_mib=function["memory_size"],
        timeout_seconds=function["timeout"],
        layers=[{"${var.agent_layer_arn}": LAYER}[layer] for layer in function.get("layers", [])],
        environment=environment["variables"],
        statements=sorted(_statement(statement) for statement in statements),
    )


def blocks(folder: Path) -> dict[str, Any]:
    """The blocks of a configuration by address: `data.TYPE.NAME`, `resource.TYPE.NAME`, `var.NAME`, `local.NAME`."""
    found: dict[str, Any] = {}
    for path in sorted(folder.glob("*.tf")):
        content: dict[str, list[dict[str, Any]]] = _HCL.loads(path.read_text(), serialization_options=_OPTIONS)
        for kind, parts in content.items():
            for part in parts:
                for address, body in _addressed(kind, part):
                    assert address not in found, f"{path.name}: {address} is there twice"
                    found[address] = body
    return found


def references(found: dict[str, Any]) -> set[str]:
    """The addresses that the expressions in blocks name."""
    expressions = " ".join(re.findall(r"\$\{(.*?)\}", json.dumps(found)))
    managed = re.findall(r"(?<!\.)\baws_\w+\.\w+", expressions)
    others: list[str] = re.findall(r"\bdata\.\w+\.\w+|\b(?:var|local)\.\w+", expressions)
    return {*others, *(f"resource.{address}" for address in managed)}


def _addressed(kind: str, block: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yields the content of a block with its addresses."""
    if kind in ("resource", "data"):
        for type_, named in block.items():
            yield from ((f"{kind}.{type_}.{name}", body) for name, body in named.items())
    elif kind in ("variable", "locals", "output"):
        prefix = {"variable": "var", "locals": "local"}.get(kind, kind)
        yield from ((f"{prefix}.{name}", body) for name, body in block.items())
    else:
        yield kind, block


def _statement(statement: dict[str, Any]) -> Statement:
    """A `statement` of an `aws_iam_policy_document`."""
    assert statement.keys() <= {"sid", "actions", "resources", "condition"}
    services: list[str] = []
    for condition in statement.get("condition", []):
        assert (condition["test"], condition["variable"]) == ("StringEquals", "kms:ViaService")
        pattern = r'\$\{\[for service in (\[.*?\]) : "\$\{service\}\.\$\{local\.region\}\.amazonaws\.com"\]\}'
        names = re.fullmatch(pattern, condition["values"])
        assert names, condition["values"]
        services += [f"{name}.*.amazonaws.com" for name in json.loads(names[1])]
    return Statement.of(statement["actions"], [_resource(resource) for resource in statement["resources"]], services)


def _resource(resource: str) -> str:
    return _RESOURCES.get(resource) or re.sub(r"\$\{(.*?)\}", lambda match: _LOCALS[match[1]], resource)
