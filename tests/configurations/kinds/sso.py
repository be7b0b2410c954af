"""Credentials of IAM Identity Center, from a session that the AWS CLI logged in."""

import hashlib
import json

from tests.configurations.case import REGION, TO_AWS, Case, Kind

_START = "https://x.awsapps.com/start"
_ACCOUNT = "sso_account_id = 123456789012\nsso_role_name = reader\n"
_OLD = f"[default]\n{_ACCOUNT}sso_region = eu-north-1\nsso_start_url = {_START}\n"
_SESSION = (
    f"[sso-session mine]\nsso_region = eu-north-1\nsso_start_url = {_START}\n"
    "sso_registration_scopes = sso:account:access\n"
)
_NEW = f"[default]\nsso_session = mine\n{_ACCOUNT}{_SESSION}"


def _token(of: str, expires: str = "2099-01-01T00:00:00Z", **more: str) -> dict[str, str]:
    name = hashlib.sha1(of.encode(), usedforsecurity=False).hexdigest()
    content = {"accessToken": "token", "expiresAt": expires, "region": "eu-north-1", "startUrl": _START, **more}
    return {f".aws/sso/cache/{name}.json": json.dumps(content)}


_RENEWABLE = {
    "refreshToken": "refresh",
    "clientId": "client",
    "clientSecret": "client-secret",
    "registrationExpiresAt": "2099-01-01T00:00:00Z",
}
_OVER = "2001-01-01T00:00:00Z"

KIND = Kind(
    "sso",
    "IAM Identity Center (SSO)",
    [
        Case("old form", config=_OLD, files=_token(_START)),
        Case("session", config=_NEW, files=_token("mine")),
        Case(
            "session in another file than the profile",
            config=_SESSION,
            credentials=f"[default]\nsso_session = mine\n{_ACCOUNT}",
            files=_token("mine"),
        ),
        Case("session and the old settings too", config=_OLD + "sso_session = mine\n" + _SESSION, files=_token("mine")),
        Case(
            "session and an old setting that differs",
            config=_OLD.replace("eu-north-1", "us-east-1") + "sso_session = mine\n" + _SESSION,
            files=_token("mine"),
        ),
        Case(
            "session that is not there",
            config=_NEW.replace("[sso-session mine]", "[sso-session other]"),
            files=_token("mine"),
        ),
        Case(
            '[sso-session "mine"]', config=_NEW.replace("sso-session mine", 'sso-session "mine"'), files=_token("mine")
        ),
        Case(
            '[sso-session "my own"]',
            config=_NEW.replace("sso-session mine", 'sso-session "my own"').replace("= mine", "= my own"),
            files=_token("my own"),
        ),
        Case("session without a Region", config=_NEW.replace("sso_region = eu-north-1\n", ""), files=_token("mine")),
        Case("no token", config=_NEW),
        Case("no token, old form", config=_OLD),
        Case("token that is over", config=_OLD, files=_token(_START, _OVER)),
        Case("session's token that is over", config=_NEW, files=_token("mine", _OVER)),
        Case("session's token that is over and can be renewed", config=_NEW, files=_token("mine", _OVER, **_RENEWABLE)),
        Case(
            "renewal is refused",
            config=_NEW,
            files=_token("mine", _OVER, **_RENEWABLE),
            answers={"CreateToken": ["400 InvalidGrantException"] * 9},
        ),
        Case(
            "registration is over",
            config=_NEW,
            files=_token("mine", _OVER, **{**_RENEWABLE, "registrationExpiresAt": _OVER}),
        ),
        Case("token with +00:00", config=_NEW, files=_token("mine", "2099-01-01T00:00:00+00:00")),
        Case("token with UTC", config=_OLD, files=_token(_START, "2099-01-01T00:00:00UTC")),
        Case("token with fractions", config=_NEW, files=_token("mine", "2099-01-01T00:00:00.123Z")),
        Case("token file is nonsense", config=_NEW, files=dict.fromkeys(_token("mine"), "nonsense")),
        Case("token file without accessToken", config=_NEW, files=dict.fromkeys(_token("mine"), "{}")),
        Case("account is missing", config=_NEW.replace("sso_account_id = 123456789012\n", ""), files=_token("mine")),
        Case("role is missing", config=_NEW.replace("sso_role_name = reader\n", ""), files=_token("mine")),
        Case("start URL is missing", config=_OLD.replace(f"sso_start_url = {_START}\n", ""), files=_token(_START)),
        Case("Region is missing", config=_OLD.replace("sso_region = eu-north-1\n", ""), files=_token(_START)),
        Case("start URL with #", config=_OLD.replace("/start", "/start#/"), files=_token(_START + "#/")),
        Case(
            "session was revoked",
            config=_NEW,
            files=_token("mine"),
            answers={"GetRoleCredentials": ["401 UnauthorizedException"] * 9},
        ),
        Case(
            "role is not allowed",
            config=_NEW,
            files=_token("mine"),
            answers={"GetRoleCredentials": ["403 ForbiddenException"] * 9},
        ),
        Case("fails once", config=_NEW, files=_token("mine"), answers={"GetRoleCredentials": [500]}),
        Case(
            "throttles once",
            config=_NEW,
            files=_token("mine"),
            answers={"GetRoleCredentials": ["429 TooManyRequestsException"]},
        ),
        Case("AWS_ENDPOINT_URL_SSO", {"AWS_ENDPOINT_URL_SSO": "{http}"}, _NEW, files=_token("mine")),
        Case("AWS_ENDPOINT_URL_SSO is empty", {"AWS_ENDPOINT_URL_SSO": ""}, _NEW, files=_token("mine")),
        Case("AWS_ENDPOINT_URL", {"AWS_ENDPOINT_URL": "{http}"}, _NEW, files=_token("mine")),
        Case(
            "AWS_ENDPOINT_URL_SSO_OIDC",
            {"AWS_ENDPOINT_URL_SSO_OIDC": "{http}"},
            _NEW,
            files=_token("mine", _OVER, **_RENEWABLE),
        ),
        Case(
            "as a role's source",
            config="[default]\nrole_arn = arn:aws:iam::123456789012:role/a-role\nsource_profile = sso\n"
            f"[profile sso]\nsso_session = mine\n{_ACCOUNT}{_SESSION}",
            files=_token("mine"),
        ),
        Case(
            "a role in the SSO profile itself",
            config=_NEW.replace("[default]\n", "[default]\nrole_arn = arn:aws:iam::123456789012:role/a-role\n"),
            files=_token("mine"),
        ),
    ],
    {**REGION, **TO_AWS},
)
