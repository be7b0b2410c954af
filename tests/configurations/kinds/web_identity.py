"""A role by a token of a web identity, as EKS gives it."""

from tests.configurations.case import REGION, TO_AWS, Case, Kind

_ARN = "arn:aws:iam::123456789012:role/web"
_WEB: dict[str, str | None] = {"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token", "AWS_ROLE_ARN": _ARN}
_TOKEN = {"token": "jwt-of-the-pod"}
_PROFILE = f"[default]\nrole_arn = {_ARN}\nweb_identity_token_file = {{home}}/token\n"

KIND = Kind(
    "web-identity",
    "Web identity",
    [
        Case("variables", _WEB, files=_TOKEN),
        Case("variables with a session name", {**_WEB, "AWS_ROLE_SESSION_NAME": "mine"}, files=_TOKEN),
        Case("session name is empty", {**_WEB, "AWS_ROLE_SESSION_NAME": ""}, files=_TOKEN),
        Case("token ends in a line feed", _WEB, files={"token": "jwt-of-the-pod\n"}),
        Case("token has blanks around it", _WEB, files={"token": "  jwt-of-the-pod  "}),
        Case("token file is relative", {**_WEB, "AWS_WEB_IDENTITY_TOKEN_FILE": "token"}, files=_TOKEN),
        Case("token file has ~", {**_WEB, "AWS_WEB_IDENTITY_TOKEN_FILE": "~/token"}, files=_TOKEN),
        Case("token file is not there", _WEB),
        Case("token file is a folder", {**_WEB, "AWS_WEB_IDENTITY_TOKEN_FILE": "{home}"}),
        Case("role is missing", {**_WEB, "AWS_ROLE_ARN": None}, files=_TOKEN),
        Case("role is empty", {**_WEB, "AWS_ROLE_ARN": ""}, files=_TOKEN),
        Case("token file is missing", {**_WEB, "AWS_WEB_IDENTITY_TOKEN_FILE": None}, files=_TOKEN),
        Case("token file is empty in the environment", {**_WEB, "AWS_WEB_IDENTITY_TOKEN_FILE": ""}, files=_TOKEN),
        Case("profile", config=_PROFILE, files=_TOKEN),
        Case("profile with a session name", config=_PROFILE + "role_session_name = mine\n", files=_TOKEN),
        Case("profile with duration_seconds", config=_PROFILE + "duration_seconds = 1800\n", files=_TOKEN),
        Case("profile without a role", config="[default]\nweb_identity_token_file = {home}/token\n", files=_TOKEN),
        Case(
            "token file in the profile, role in the environment",
            {"AWS_ROLE_ARN": _ARN},
            "[default]\nweb_identity_token_file = {home}/token\n",
            files=_TOKEN,
        ),
        Case(
            "profile's Region is STS's", {"AWS_DEFAULT_REGION": None}, _PROFILE + "region = us-west-2\n", files=_TOKEN
        ),
        Case("AWS_ENDPOINT_URL_STS", {**_WEB, "AWS_ENDPOINT_URL_STS": "{http}"}, files=_TOKEN),
        Case("AWS_ENDPOINT_URL_STS with a path", {**_WEB, "AWS_ENDPOINT_URL_STS": "{http}/sts/v1"}, files=_TOKEN),
        Case("AWS_STS_REGIONAL_ENDPOINTS=legacy", {**_WEB, "AWS_STS_REGIONAL_ENDPOINTS": "legacy"}, files=_TOKEN),
        Case(
            "STS does not take the token",
            _WEB,
            files=_TOKEN,
            answers={"AssumeRoleWithWebIdentity": ["400 InvalidIdentityToken"] * 9},
        ),
        Case("STS fails once", _WEB, files=_TOKEN, answers={"AssumeRoleWithWebIdentity": [500]}),
        Case("STS denies", _WEB, files=_TOKEN, answers={"AssumeRoleWithWebIdentity": ["403 AccessDenied"] * 9}),
    ],
    {**REGION, **TO_AWS},
)
