"""A Node.js function whose parameter and secret the agent caches: `cdk deploy -c agent_layer_arn=...`.

Context: `-c architecture=arm64` (x86_64 if left out), `-c kms_key_arn=...` for a customer managed key.
"""

from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

PACKAGE = Path(__file__).parents[1] / "function.zip"
ARCHITECTURES = {"x86_64": lambda_.Architecture.X86_64, "arm64": lambda_.Architecture.ARM_64}


class NodeFunction(Stack):
    """The function, its log group and its role."""

    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(scope, name)
        log_group = logs.LogGroup(
            self,
            "LogGroup",
            log_group_name=f"/aws/lambda/{name}",
            retention=logs.RetentionDays.TWO_WEEKS,
            removal_policy=RemovalPolicy.DESTROY,
        )
        # A separate role, because CDK would add AWSLambdaBasicExecutionRole, which may write to every log group.
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"function": iam.PolicyDocument(statements=self.statements(log_group))},
        )
        function = lambda_.Function(
            self,
            "Function",
            code=lambda_.Code.from_asset(str(PACKAGE)),
            handler="index.handler",
            runtime=lambda_.Runtime.NODEJS_22_X,
            architecture=ARCHITECTURES[self.node.try_get_context("architecture") or "x86_64"],
            memory_size=256,
            timeout=Duration.seconds(15),
            role=role,
            layers=[
                lambda_.LayerVersion.from_layer_version_arn(self, "Agent", self.node.get_context("agent_layer_arn"))
            ],
            log_group=log_group,
            environment={
                "AWS_ENDPOINT_URL_SSM": "http://127.0.0.1:2773",
                "AWS_ENDPOINT_URL_SECRETS_MANAGER": "http://127.0.0.1:2773",
                "LAMBDA_CACHE_AGENT_STALE_IF_ERROR_IN_SECONDS": "3600",
            },
        )
        CfnOutput(self, "FunctionName", value=function.function_name)
        CfnOutput(self, "LogGroupName", value=log_group.log_group_name)

    def statements(self, log_group: logs.LogGroup) -> list[iam.PolicyStatement]:
        """Returns the function's permissions. The names are those in src/index.mjs."""
        here = f"{self.region}:{self.account}"
        statements = [
            iam.PolicyStatement(
                sid="WriteLogs",
                actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                resources=[log_group.log_group_arn],
            ),
            iam.PolicyStatement(
                sid="GetParameter",
                actions=["ssm:GetParameter"],
                resources=[f"arn:{self.partition}:ssm:{here}:parameter/shop/production/banner"],
            ),
            iam.PolicyStatement(
                sid="GetSecretValue",
                actions=["secretsmanager:GetSecretValue"],
                # Secrets Manager adds a hyphen and six random characters to the name.
                resources=[f"arn:{self.partition}:secretsmanager:{here}:secret:/shop/production/login-??????"],
            ),
        ]
        if key := self.node.try_get_context("kms_key_arn"):
            services = [f"{service}.{self.region}.amazonaws.com" for service in ("ssm", "secretsmanager")]
            statements.append(
                iam.PolicyStatement(
                    sid="Decrypt",
                    actions=["kms:Decrypt"],
                    resources=[key],
                    conditions={"StringEquals": {"kms:ViaService": services}},
                )
            )
        return statements


app = App()
NodeFunction(app, "node-function")
app.synth()
