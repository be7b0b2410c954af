"""Profiles that assume a role."""

from tests.configurations.case import REGION, TO_AWS, Case, Kind

_ARN = "role_arn = arn:aws:iam::123456789012:role/a-role\n"
_SOURCE = "[profile keys]\naws_access_key_id = AKIDSRC\naws_secret_access_key = secret\n"
_ROLE = f"[default]\n{_ARN}source_profile = keys\n"
_NEXT = "[profile middle]\nrole_arn = arn:aws:iam::123456789012:role/middle\nsource_profile = keys\n"
_ENV: dict[str, str | None] = {"AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "secret"}
_ENV_OF_A_SOURCE: dict[str, str | None] = {**_ENV, "AWS_PROFILE": "role"}
_KEYS_JSON = {"keys.json": '{"Version": 1, "AccessKeyId": "AKIDPROC", "SecretAccessKey": "secret"}'}
_ECS: dict[str, str | None] = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{http}/container/keys"}
_EC2: dict[str, str | None] = {"AWS_EC2_METADATA_DISABLED": None, "AWS_EC2_METADATA_SERVICE_ENDPOINT": "{http}"}


def _role(setting: str, **more: str) -> Case:
    return Case(setting, config=f"{_ROLE}{setting}\n{_SOURCE}", **more)  # type: ignore[arg-type]


KIND = Kind(
    "roles",
    "Roles that a profile assumes",
    [
        Case("source_profile", config=_ROLE + _SOURCE),
        Case("source_profile in credentials", config=_ROLE, credentials=_SOURCE.replace("profile ", "")),
        Case("role in credentials", credentials=(_ROLE + _SOURCE).replace("profile ", "")),
        _role("role_session_name = mine"),
        _role("role_session_name ="),
        _role("external_id = 42"),
        _role("external_id ="),
        _role("duration_seconds = 1800"),
        _role("duration_seconds = 43200"),
        _role("duration_seconds = soon"),
        _role("duration_seconds ="),
        _role("mfa_serial = arn:aws:iam::123456789012:mfa/me"),
        _role("region = us-west-2"),
        _role("sts_regional_endpoints = legacy"),
        Case("AWS_STS_REGIONAL_ENDPOINTS=legacy", {"AWS_STS_REGIONAL_ENDPOINTS": "legacy"}, _ROLE + _SOURCE),
        Case(
            "AWS_STS_REGIONAL_ENDPOINTS=legacy in us-gov-west-1",
            {"AWS_STS_REGIONAL_ENDPOINTS": "legacy", "AWS_DEFAULT_REGION": "us-gov-west-1"},
            _ROLE + _SOURCE,
        ),
        Case("AWS_STS_REGIONAL_ENDPOINTS=nonsense", {"AWS_STS_REGIONAL_ENDPOINTS": "nonsense"}, _ROLE + _SOURCE),
        Case("AWS_ENDPOINT_URL_STS", {"AWS_ENDPOINT_URL_STS": "{http}"}, _ROLE + _SOURCE),
        Case("AWS_ENDPOINT_URL", {"AWS_ENDPOINT_URL": "{http}"}, _ROLE + _SOURCE),
        Case(
            "sts in the profile's services",
            config=_ROLE + "services = local\n" + _SOURCE + "[services local]\nsts =\n  endpoint_url = {http}\n",
        ),
        Case("FIPS", {"AWS_USE_FIPS_ENDPOINT": "true", "AWS_DEFAULT_REGION": "us-east-1"}, _ROLE + _SOURCE),
        Case("China", {"AWS_DEFAULT_REGION": "cn-north-1"}, _ROLE + _SOURCE),
        Case("a chain of two", config=_ROLE.replace("keys", "middle") + _NEXT + _SOURCE),
        Case(
            "a chain of three",
            config=_ROLE.replace("keys", "more")
            + "[profile more]\nrole_arn = arn:aws:iam::123456789012:role/more\nsource_profile = middle\n"
            + _NEXT
            + _SOURCE,
        ),
        Case("a loop", config=_ROLE.replace("keys", "middle") + _NEXT.replace("keys", "default")),
        Case(
            "source_profile is itself, with keys", config=_ROLE.replace("keys", "default") + _SOURCE.partition("\n")[2]
        ),
        Case("source_profile is itself, without keys", config=_ROLE.replace("keys", "default")),
        Case("source_profile is not there", config=_ROLE),
        Case("source_profile has no keys", config=_ROLE + "[profile keys]\nregion = us-west-2\n"),
        Case("source_profile is empty", config=f"[default]\n{_ARN}source_profile =\n"),
        Case(
            "source_profile of a process",
            config=_ROLE + "[profile keys]\ncredential_process = /bin/cat {home}/keys.json\n",
            files=_KEYS_JSON,
        ),
        Case(
            "source_profile of web identity",
            config=_ROLE
            + "[profile keys]\nrole_arn = arn:aws:iam::123456789012:role/web\nweb_identity_token_file = {home}/token\n",
            files={"token": "jwt-of-the-pod"},
        ),
        Case(
            "source_profile named by quotes",
            config=_ROLE.replace("keys", "dev env") + _SOURCE.replace("keys", '"dev env"'),
        ),
        Case("neither source_profile nor credential_source", config=f"[default]\n{_ARN}"),
        Case(
            "both source_profile and credential_source",
            _ENV_OF_A_SOURCE,
            f"[profile role]\n{_ARN}source_profile = keys\ncredential_source = Environment\n{_SOURCE}",
        ),
        Case("role_arn is empty", config=_ROLE.replace(_ARN, "role_arn =\n") + _SOURCE),
        Case("role_arn is not an ARN", config=_ROLE.replace(_ARN, "role_arn = a-role\n") + _SOURCE),
        Case(
            "credential_source = Environment",
            _ENV_OF_A_SOURCE,
            f"[profile role]\n{_ARN}credential_source = Environment\n",
        ),
        Case(
            "credential_source = Environment in [default]", _ENV, f"[default]\n{_ARN}credential_source = Environment\n"
        ),
        Case(
            "credential_source = Environment without keys",
            {"AWS_PROFILE": "role"},
            f"[profile role]\n{_ARN}credential_source = Environment\n",
        ),
        Case("credential_source = EcsContainer", _ECS, f"[default]\n{_ARN}credential_source = EcsContainer\n"),
        Case(
            "credential_source = Ec2InstanceMetadata",
            _EC2,
            f"[default]\n{_ARN}credential_source = Ec2InstanceMetadata\n",
        ),
        Case(
            "credential_source = environment, in small letters",
            {"AWS_PROFILE": "role", **_ENV},
            f"[profile role]\n{_ARN}credential_source = environment\n",
        ),
        Case("credential_source = nonsense", config=f"[default]\n{_ARN}credential_source = nonsense\n"),
        Case(
            "environment's keys and AWS_PROFILE of a role",
            _ENV_OF_A_SOURCE,
            (_ROLE + _SOURCE).replace("default", "profile role"),
        ),
        Case("STS denies", config=_ROLE + _SOURCE, answers={"AssumeRole": ["403 AccessDenied"] * 9}),
        Case("STS fails once", config=_ROLE + _SOURCE, answers={"AssumeRole": [500]}),
        Case("STS fails always", config=_ROLE + _SOURCE, answers={"AssumeRole": [500] * 9}),
        Case("STS throttles once", config=_ROLE + _SOURCE, answers={"AssumeRole": ["400 Throttling"]}),
    ],
    {**REGION, **TO_AWS},
)
