"""Reads CloudFormation templates, and so SAM's and what CDK makes."""

from __future__ import annotations

import re
from typing import Any

from cfnlint.decode import cfn_yaml

from tests.templates.deployed import EXAMPLES, KEY, LAYER, LOGS, Deployed, statements

_YAML: Any = cfn_yaml  # which is not typed
_PARAMETERS = {
    "AWS::Partition": "aws",
    "AWS::Region": "*",
    "AWS::AccountId": "*",
    "KmsKeyArn": KEY,
    "AgentLayerArn": LAYER,
}


def sam(example: str, *, with_key: bool = False) -> Deployed:
    """Returns the deployment of an example's SAM template."""
    template: dict[str, Any] = _YAML.loads((EXAMPLES / example / "sam/template.yaml").read_text())
    return deployed(template, with_key=with_key)


def deployed(template: dict[str, Any], *, with_key: bool = False) -> Deployed:
    """Returns a template's deployment, with or without the parameter KmsKeyArn."""
    resources: dict[str, dict[str, Any]] = template["Resources"]
    resolved = {
        resource["Type"].rpartition("::")[2]: _resolved(resource["Properties"], resources, with_key=with_key)
        for resource in resources.values()
    }
    assert sorted(resolved) == ["Function", "LogGroup", "Role"], "any other might give the function a right"
    assert len(resolved) == len(resources)
    function, role = resolved["Function"], resolved["Role"]
    assert role.keys() == {"AssumeRolePolicyDocument", "Policies"}
    assert role["AssumeRolePolicyDocument"]["Statement"] == [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ]
    return Deployed(
        package=function.get("CodeUri", "").removeprefix("../"),
        handler=function["Handler"],
        runtime=function["Runtime"],
        memory_mib=function["MemorySize"],
        timeout_seconds=function["Timeout"],
        layers=function.get("Layers", []),
        environment=function["Environment"]["Variables"],
        statements=statements(*(policy["PolicyDocument"] for policy in role["Policies"])),
    )


def _resolved(value: Any, resources: dict[str, dict[str, Any]], *, with_key: bool) -> Any:
    """A value without CloudFormation's functions, those that the templates use."""

    def resolved(value: Any) -> Any:
        return _resolved(value, resources, with_key=with_key)

    if isinstance(value, list):
        elements: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
        return [part for part in map(resolved, elements) if part is not None]
    if not isinstance(value, dict):
        return value
    mapping: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType]
    name = next(iter(mapping), "")
    argument: Any = mapping.get(name)
    if name == "Ref":
        return None if argument == "AWS::NoValue" else _PARAMETERS.get(argument, argument)
    if name == "Fn::Sub":
        return re.sub(r"\$\{(.*?)\}", lambda match: _PARAMETERS.get(match[1], match[1]), argument)
    if name == "Fn::Join":
        return str(argument[0]).join(resolved(argument[1]))
    if name == "Fn::If":
        assert argument[0] == "HasKmsKey"
        return resolved(argument[1] if with_key else argument[2])
    if name == "Fn::GetAtt":
        return LOGS if resources[argument[0]]["Type"] == "AWS::Logs::LogGroup" else argument
    return {key: resolved(part) for key, part in mapping.items()}
