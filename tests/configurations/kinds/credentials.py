"""The precedence of credentials."""

from tests.configurations.case import REGION, TO_AWS, Case, Kind

_ENV: dict[str, str | None] = {"AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "secret"}
_FILE = "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = secret\n"
_PROCESS = "[default]\ncredential_process = /bin/cat {home}/keys.json\n"
_KEYS_JSON = {
    "keys.json": '{"Version": 1, "AccessKeyId": "AKIDPROC", "SecretAccessKey": "secret", "SessionToken": "p"}'
}
_WEB: dict[str, str | None] = {
    "AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token",
    "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/web",
}
_TOKEN = {"token": "jwt-of-the-pod"}
_ECS: dict[str, str | None] = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{http}/container/keys"}
_EC2: dict[str, str | None] = {"AWS_EC2_METADATA_DISABLED": None, "AWS_EC2_METADATA_SERVICE_ENDPOINT": "{http}"}
_ROLE = (
    "[default]\nrole_arn = arn:aws:iam::123456789012:role/a-role\nsource_profile = keys\n"
    "[profile keys]\naws_access_key_id = AKIDSRC\naws_secret_access_key = secret\n"
)
_WEB_PROFILE = (
    "[default]\nrole_arn = arn:aws:iam::123456789012:role/profile-web\nweb_identity_token_file = {home}/token\n"
)
_SSO = "sso_account_id = 123456789012\nsso_role_name = r\nsso_region = eu-west-1\nsso_start_url = https://x.awsapps.com/start\n"

KIND = Kind(
    "credentials",
    "Credentials: which of several are taken",
    [
        Case("none"),
        Case("environment", _ENV),
        Case("environment and both files", _ENV, _FILE, _FILE),
        Case("environment and a process", _ENV, _PROCESS, files=_KEYS_JSON),
        Case("environment and web identity", {**_ENV, **_WEB}, files=_TOKEN),
        Case("environment and a role profile", _ENV, _ROLE),
        Case("environment and a container", {**_ENV, **_ECS}),
        Case("environment and an instance", {**_ENV, **_EC2}),
        Case("environment and AWS_PROFILE", {**_ENV, "AWS_PROFILE": "mine"}, _FILE.replace("default", "profile mine")),
        Case(
            "environment and AWS_PROFILE of a role",
            {**_ENV, "AWS_PROFILE": "mine"},
            _ROLE.replace("default", "profile mine"),
        ),
        Case("key without secret and a file", {"AWS_ACCESS_KEY_ID": "AKIDENV"}, _FILE),
        Case("secret without key and a file", {"AWS_SECRET_ACCESS_KEY": "secret"}, _FILE),
        Case("session token alone and a file", {"AWS_SESSION_TOKEN": "t"}, _FILE),
        Case("file and web identity", _WEB, credentials=_FILE, files=_TOKEN),
        Case("config file and web identity", _WEB, _FILE, files=_TOKEN),
        Case("process and web identity", _WEB, _PROCESS, files={**_KEYS_JSON, **_TOKEN}),
        Case("role profile and web identity", _WEB, _ROLE, files=_TOKEN),
        Case("web identity profile and web identity variables", _WEB, _WEB_PROFILE, files=_TOKEN),
        Case("web identity and a container", {**_WEB, **_ECS}, files=_TOKEN),
        Case("web identity and an instance", {**_WEB, **_EC2}, files=_TOKEN),
        Case(
            "web identity and AWS_PROFILE",
            {**_WEB, "AWS_PROFILE": "mine"},
            _FILE.replace("default", "profile mine"),
            files=_TOKEN,
        ),
        Case("credentials and process", {}, _PROCESS, _FILE, files=_KEYS_JSON),
        Case("process in credentials, keys in config", {}, _FILE, _PROCESS, files=_KEYS_JSON),
        Case("process and keys in one profile", {}, _PROCESS + _FILE.partition("\n")[2], files=_KEYS_JSON),
        Case(
            "role and keys in one profile",
            {},
            _ROLE.replace(
                "source_profile", "aws_access_key_id = AKIDFILE\naws_secret_access_key = secret\nsource_profile"
            ),
        ),
        Case(
            "role and process in one profile",
            {},
            _ROLE.replace("source_profile", "credential_process = /bin/cat {home}/keys.json\nsource_profile"),
            files=_KEYS_JSON,
        ),
        Case("role in config, keys in credentials", {}, _ROLE, _FILE),
        Case("SSO and keys in one profile", {}, _FILE + _SSO),
        Case("SSO in config, keys in credentials", {}, "[default]\n" + _SSO, _FILE),
        Case("SSO and process in one profile", {}, _PROCESS + _SSO, files=_KEYS_JSON),
        Case("incomplete SSO and keys", {}, _FILE + "sso_region = eu-west-1\n"),
        Case(
            "incomplete SSO and process",
            {},
            _PROCESS + "sso_start_url = https://x.awsapps.com/start\n",
            files=_KEYS_JSON,
        ),
        Case(
            "web identity and process in one profile",
            {},
            _WEB_PROFILE + _PROCESS.partition("\n")[2],
            files={**_KEYS_JSON, **_TOKEN},
        ),
        Case("web identity and keys in one profile", {}, _WEB_PROFILE + _FILE.partition("\n")[2], files=_TOKEN),
        Case("file and container", _ECS, _FILE),
        Case("file and instance", _EC2, _FILE),
        Case("container and instance", {**_ECS, **_EC2}),
        Case("container that fails and instance", {**_ECS, **_EC2}, answers={"ContainerKeys": [404] * 9}),
        Case("a profile without keys and a container", _ECS, "[default]\noutput = json\n"),
        Case("a profile without keys and an instance", _EC2, "[default]\noutput = json\n"),
        Case(
            "a named profile without keys and a container",
            {**_ECS, "AWS_PROFILE": "mine"},
            "[profile mine]\noutput = json\n",
        ),
        Case("a mistyped profile and a container", {**_ECS, "AWS_PROFILE": "mistyped"}),
        Case("a mistyped profile and environment", {**_ENV, "AWS_PROFILE": "mistyped"}),
        Case("a mistyped profile and web identity", {**_WEB, "AWS_PROFILE": "mistyped"}, files=_TOKEN),
        Case(
            "AWS_CREDENTIAL_FILE of old",
            {"AWS_CREDENTIAL_FILE": "{home}/old"},
            files={"old": "AWSAccessKeyId=AKIDOLD\nAWSSecretKey=secret\n"},
        ),
        Case(
            "boto2's ~/.boto",
            {},
            files={".boto": "[Credentials]\naws_access_key_id = AKIDBOTO\naws_secret_access_key = secret\n"},
        ),
        Case(
            "BOTO_CONFIG",
            {"BOTO_CONFIG": "{home}/boto"},
            files={"boto": "[Credentials]\naws_access_key_id = AKIDBOTO\naws_secret_access_key = secret\n"},
        ),
        Case("AWS_ACCESS_KEY and AWS_SECRET_KEY of old", {"AWS_ACCESS_KEY": "AKIDOLD", "AWS_SECRET_KEY": "secret"}),
    ],
    {**REGION, **TO_AWS},
)
