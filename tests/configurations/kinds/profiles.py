"""The syntax of the config and credentials files."""

from tests.configurations.case import KEYS, REGION, TO_AWS, Case, Kind

_KEYS = "aws_access_key_id = AKIDFILE\naws_secret_access_key = secret\n"
_NONE = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None, "AWS_DEFAULT_REGION": None}
_GOOD = f"[default]\nregion = us-west-2\n{_KEYS}"
_NAMED = {**_NONE, "AWS_PROFILE": "dev"}


def _named(profile: str) -> dict[str, str | None]:
    return {**_NONE, "AWS_PROFILE": profile}


KIND = Kind(
    "profiles",
    "Profiles: syntax of the files, names of sections",
    [
        Case("keys and Region in config", _NONE, _GOOD),
        Case("keys in credentials, Region in config", _NONE, "[default]\nregion = us-west-2\n", f"[default]\n{_KEYS}"),
        Case(
            "keys in both files",
            _NONE,
            _GOOD,
            "[default]\naws_access_key_id = AKIDCRED\naws_secret_access_key = secret\n",
        ),
        Case(
            "key in one file, secret in the other",
            _NONE,
            "[default]\nregion = us-west-2\naws_access_key_id = AKIDFILE\n",
            "[default]\naws_secret_access_key = secret\n",
        ),
        Case("session token", _NONE, _GOOD + "aws_session_token = t\n"),
        Case("old name of the session token", _NONE, _GOOD + "aws_security_token = t\n"),
        Case("session token is empty", _NONE, _GOOD + "aws_session_token =\n"),
        Case("secret is missing", _NONE, "[default]\nregion = us-west-2\naws_access_key_id = AKIDFILE\n"),
        Case(
            "secret is empty",
            _NONE,
            "[default]\nregion = us-west-2\naws_access_key_id = AKIDFILE\naws_secret_access_key =\n",
        ),
        Case(
            "keys in capitals",
            _NONE,
            "[default]\nREGION = us-west-2\nAWS_ACCESS_KEY_ID = AKIDFILE\nAWS_SECRET_ACCESS_KEY = secret\n",
        ),
        Case("without blanks around =", _NONE, _GOOD.replace(" = ", "=")),
        Case("colons", _NONE, _GOOD.replace(" = ", ": ")),
        Case("one colon", _NONE, _GOOD.replace("region = ", "region: ")),
        Case("tabs around =", _NONE, _GOOD.replace(" = ", "\t=\t")),
        Case("an indented setting", _NONE, _GOOD.replace("region", "  region")),
        Case("all settings indented", _NONE, _GOOD.replace("\n", "\n  ").rstrip() + "\n"),
        Case("settings indented by a tab", _NONE, _GOOD.replace("\n", "\n\t").rstrip() + "\n"),
        Case(
            "an indented setting in another profile",
            _NONE,
            _GOOD + "[profile x]\noutput = json\n  region = us-east-1\n",
        ),
        Case("an indented section header", _NONE, "  " + _GOOD),
        Case("Windows line ends", _NONE, _GOOD.replace("\n", "\r\n")),
        Case("old Macintosh line ends", _NONE, _GOOD.replace("\n", "\r")),
        Case("a byte order mark", _NONE, "\ufeff" + _GOOD),
        Case("no line end at the end", _NONE, _GOOD.rstrip()),
        Case("comments with #", _NONE, "# mine\n" + _GOOD + "# end\n"),
        Case("comments with ;", _NONE, "; mine\n" + _GOOD + "; end\n"),
        Case("an indented comment", _NONE, _GOOD + "  # end\n"),
        Case("a comment behind a value, with #", _NONE, _GOOD.replace("us-west-2", "us-west-2 #near")),
        Case("a comment behind a value, with ;", _NONE, _GOOD.replace("us-west-2", "us-west-2 ; near")),
        Case("# in a secret", _NONE, _GOOD.replace("= secret", "= sec#ret")),
        Case("a comment behind a section", _NONE, _GOOD.replace("[default]", "[default] # mine")),
        Case("text behind a section", _NONE, _GOOD.replace("[default]", "[default] mine")),
        Case("blanks in a section's brackets", _NONE, _GOOD.replace("[default]", "[ default ]")),
        Case("an unclosed section", _NONE, _GOOD.replace("[default]", "[default")),
        Case("a setting before any section", _NONE, "region = us-west-2\n" + _GOOD),
        Case("a setting without =", _NONE, _GOOD + "output\n"),
        Case("a setting without a name", _NONE, _GOOD + "= json\n"),
        Case("a setting twice", _NONE, _GOOD + "region = us-east-1\n"),
        Case("a section twice", _NONE, _GOOD + "[default]\noutput = json\n"),
        Case("a section twice, with other values", _NONE, _GOOD + "[default]\nregion = us-east-1\n"),
        Case("an unknown section", _NONE, _GOOD + "[plugins]\ncli = x\n"),
        Case("an unknown section with odd content", _NONE, _GOOD + "[preview]\ncloudfront = true\n[a b c]\nx = y\n"),
        Case("a multi-line value", _NONE, _GOOD + "cli_alias =\n  one\n  two\n"),
        Case("a nested block", _NONE, _GOOD + "s3 =\n  max_concurrent_requests = 20\n  addressing_style = path\n"),
        Case("a nested block with an empty line", _NONE, _GOOD + "s3 =\n\n  addressing_style = path\n"),
        Case("% in a value", _NONE, _GOOD + "cli_pager = %s %(x)s\n"),
        Case("an empty file", {**_NONE, "AWS_DEFAULT_REGION": "eu-west-1"}, "\n"),
        Case("[profile default]", _NONE, _GOOD.replace("[default]", "[profile default]")),
        Case("[profile default] before [default]", _NONE, "[profile default]\nregion = us-east-1\n" + _GOOD),
        Case("[default] before [profile default]", _NONE, _GOOD + "[profile default]\nregion = us-east-1\n"),
        Case(
            "[profile default] in credentials", _NONE, "[default]\nregion = us-west-2\n", f"[profile default]\n{_KEYS}"
        ),
        Case("[Default]", _NONE, _GOOD.replace("[default]", "[Default]")),
        Case("[profile dev]", _NAMED, _GOOD.replace("[default]", "[profile dev]")),
        Case("[dev] in config", _NAMED, _GOOD.replace("[default]", "[dev]")),
        Case("[dev] in credentials", _NAMED, "[profile dev]\nregion = us-west-2\n", f"[dev]\n{_KEYS}"),
        Case("[profile dev] in credentials", _NAMED, "[profile dev]\nregion = us-west-2\n", f"[profile dev]\n{_KEYS}"),
        Case('[profile "dev"]', _NAMED, _GOOD.replace("[default]", '[profile "dev"]')),
        Case("[profile 'dev']", _NAMED, _GOOD.replace("[default]", "[profile 'dev']")),
        Case("[profile  dev] with two blanks", _NAMED, _GOOD.replace("[default]", "[profile  dev]")),
        Case("[profile\\tdev] with a tab", _NAMED, _GOOD.replace("[default]", "[profile\tdev]")),
        Case("[PROFILE dev]", _NAMED, _GOOD.replace("[default]", "[PROFILE dev]")),
        Case("[profiledev]", _named("profiledev"), _GOOD.replace("[default]", "[profiledev]")),
        Case('[profile "dev env"]', _named("dev env"), _GOOD.replace("[default]", '[profile "dev env"]')),
        Case("[profile dev env]", _named("dev env"), _GOOD.replace("[default]", "[profile dev env]")),
        Case(
            "[dev env] in credentials",
            _named("dev env"),
            "[profile 'dev env']\nregion = us-west-2\n",
            f"[dev env]\n{_KEYS}",
        ),
        *(
            Case(f"a profile named {name}", _named(name), _GOOD.replace("[default]", f"[profile {name}]"))
            for name in (
                "dev.eu",
                "dev/eu",
                "dev@eu",
                "dev+eu",
                "dev:eu",
                "dev(eu)",
                "dev#eu",
                "dev,eu",
                "dev|eu",
                "dev%eu",
                "dev_eu",
                "DEV",
                "123",
                "dév",
                "a\\b",
                "dev=eu",
                "dev*",
                "dev&co",
                "$dev",
                "dev;eu",
                "dev]eu",
            )
        ),
        Case("AWS_PROFILE in another case", _named("DEV"), _GOOD.replace("[default]", "[profile dev]")),
        Case("AWS_PROFILE is mistyped", {"AWS_PROFILE": "mistyped"}, _GOOD),
        Case("AWS_PROFILE is mistyped, no files", {"AWS_PROFILE": "mistyped"}),
        Case("AWS_PROFILE=default, no files", {"AWS_PROFILE": "default"}),
        Case(
            "AWS_DEFAULT_PROFILE", {**_NONE, "AWS_DEFAULT_PROFILE": "dev"}, _GOOD.replace("[default]", "[profile dev]")
        ),
        Case(
            "AWS_DEFAULT_PROFILE and AWS_PROFILE",
            {**_NONE, "AWS_DEFAULT_PROFILE": "dev", "AWS_PROFILE": "default"},
            _GOOD + _GOOD.replace("[default]", "[profile dev]").replace("AKIDFILE", "AKIDDEV"),
        ),
        Case("AWS_DEFAULT_PROFILE is mistyped", {"AWS_DEFAULT_PROFILE": "mistyped"}),
        Case("AWS_CONFIG_FILE", {**_NONE, "AWS_CONFIG_FILE": "{home}/c"}, files={"c": _GOOD}),
        Case("AWS_CONFIG_FILE with ~", {**_NONE, "AWS_CONFIG_FILE": "~/c"}, files={"c": _GOOD}),
        Case("AWS_CONFIG_FILE with $HOME", {**_NONE, "AWS_CONFIG_FILE": "$HOME/c"}, files={"c": _GOOD}),
        Case("AWS_CONFIG_FILE with ${HOME}", {**_NONE, "AWS_CONFIG_FILE": "${HOME}/c"}, files={"c": _GOOD}),
        Case("AWS_CONFIG_FILE is relative", {**_NONE, "AWS_CONFIG_FILE": "c"}, files={"c": _GOOD}),
        Case("AWS_CONFIG_FILE is not there", {"AWS_CONFIG_FILE": "{home}/none"}),
        Case("AWS_CONFIG_FILE is a folder", {"AWS_CONFIG_FILE": "{home}"}),
        Case(
            "AWS_SHARED_CREDENTIALS_FILE",
            {**_NONE, "AWS_SHARED_CREDENTIALS_FILE": "{home}/c"},
            "[default]\nregion = us-west-2\n",
            files={"c": f"[default]\n{_KEYS}"},
        ),
        Case(
            "AWS_SHARED_CREDENTIALS_FILE with ~",
            {**_NONE, "AWS_SHARED_CREDENTIALS_FILE": "~/c"},
            "[default]\nregion = us-west-2\n",
            files={"c": f"[default]\n{_KEYS}"},
        ),
        Case(
            "AWS_SHARED_CREDENTIALS_FILE with $HOME",
            {**_NONE, "AWS_SHARED_CREDENTIALS_FILE": "$HOME/c"},
            "[default]\nregion = us-west-2\n",
            files={"c": f"[default]\n{_KEYS}"},
        ),
        Case("a broken config beside keys in the environment", {}, "[default\nregion = x\n"),
        Case("broken credentials beside keys in the environment", {}, credentials="nonsense\n"),
        Case("broken credentials", _NONE, "[default]\nregion = us-west-2\n", "[default]\nnonsense\n" + _KEYS),
        Case("an indented setting in credentials", _NONE, "[default]\nregion = us-west-2\n", "[default]\n  " + _KEYS),
        Case(
            "a colon in credentials", _NONE, "[default]\nregion = us-west-2\n", "[default]\n" + _KEYS.replace(" =", ":")
        ),
    ],
    {**KEYS, **REGION, **TO_AWS},
)
