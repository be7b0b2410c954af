"""Endpoints: URLs, FIPS, dual stack."""

from tests.configurations.case import KEYS, OBJECT, PARAMETER, REGION, SECRET, TO_AWS, Case, Kind

_ALL = "AWS_ENDPOINT_URL"
_SERVICES = "[default]\nservices = local\n[services local]\n"
_FIPS = "AWS_USE_FIPS_ENDPOINT"
_DUAL = "AWS_USE_DUALSTACK_ENDPOINT"
_NAMES = {PARAMETER: "SSM", SECRET: "Secrets Manager", OBJECT: "S3"}
_CALLS = (PARAMETER, SECRET, OBJECT)

KIND = Kind(
    "endpoints",
    "Endpoints: URLs, services, FIPS, dual stack",
    [
        *(Case(f"AWS itself, {_NAMES[call]}", call=call) for call in _CALLS),
        *(Case(f"AWS_ENDPOINT_URL, {_NAMES[call]}", {_ALL: "{http}"}, call=call) for call in _CALLS),
        *(
            Case(f"AWS_ENDPOINT_URL with a path, {_NAMES[call]}", {_ALL: "{http}/storage/v1/s3"}, call=call)
            for call in _CALLS
        ),
        *(
            Case(f"AWS_ENDPOINT_URL with a slash at its end, {_NAMES[call]}", {_ALL: "{http}/"}, call=call)
            for call in _CALLS
        ),
        *(
            Case(f"AWS_ENDPOINT_URL with a path and a slash, {_NAMES[call]}", {_ALL: "{http}/a/"}, call=call)
            for call in _CALLS
        ),
        *(
            Case(f"AWS_ENDPOINT_URL over TLS, {_NAMES[call]}", {_ALL: "{https}", "HTTPS_PROXY": None}, call=call)
            for call in _CALLS
        ),
        Case("AWS_ENDPOINT_URL_SSM", {"AWS_ENDPOINT_URL_SSM": "{http}"}),
        Case(
            "AWS_ENDPOINT_URL_SSM before AWS_ENDPOINT_URL",
            {"AWS_ENDPOINT_URL_SSM": "{http}", _ALL: "http://127.0.0.1:9"},
        ),
        Case("AWS_ENDPOINT_URL_SECRETS_MANAGER", {"AWS_ENDPOINT_URL_SECRETS_MANAGER": "{http}"}, call=SECRET),
        Case(
            "AWS_ENDPOINT_URL_SECRETSMANAGER is not known", {"AWS_ENDPOINT_URL_SECRETSMANAGER": "{http}"}, call=SECRET
        ),
        Case("AWS_ENDPOINT_URL_S3", {"AWS_ENDPOINT_URL_S3": "{http}"}, call=OBJECT),
        Case("AWS_ENDPOINT_URL_S3 says nothing of SSM", {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9"}),
        Case("endpoint_url of the profile", {}, "[default]\nendpoint_url = {http}\n"),
        Case("endpoint_url of the profile is empty", {}, "[default]\nendpoint_url =\n"),
        Case(
            "AWS_ENDPOINT_URL before endpoint_url", {_ALL: "{http}"}, "[default]\nendpoint_url = http://127.0.0.1:9\n"
        ),
        Case("endpoint_url in credentials", {}, credentials="[default]\nendpoint_url = {http}\n"),
        Case("services: ssm", {}, _SERVICES + "ssm =\n  endpoint_url = {http}\n"),
        Case("services: s3", {}, _SERVICES + "s3 =\n  endpoint_url = {http}\n", call=OBJECT),
        Case("services: secrets_manager", {}, _SERVICES + "secrets_manager =\n  endpoint_url = {http}\n", call=SECRET),
        Case("services: secrets-manager", {}, _SERVICES + "secrets-manager =\n  endpoint_url = {http}\n", call=SECRET),
        Case("services: secretsmanager", {}, _SERVICES + "secretsmanager =\n  endpoint_url = {http}\n", call=SECRET),
        Case("services: SSM in capitals", {}, _SERVICES + "SSM =\n  endpoint_url = {http}\n"),
        Case(
            "services: two of them",
            {},
            _SERVICES + "s3 =\n  endpoint_url = http://127.0.0.1:9\nssm =\n  endpoint_url = {http}\n",
        ),
        Case(
            "services before endpoint_url",
            {},
            _SERVICES.replace("[services", "endpoint_url = http://127.0.0.1:9\n[services")
            + "ssm =\n  endpoint_url = {http}\n",
        ),
        Case(
            "AWS_ENDPOINT_URL before services",
            {_ALL: "{http}"},
            _SERVICES + "ssm =\n  endpoint_url = http://127.0.0.1:9\n",
        ),
        Case(
            "AWS_ENDPOINT_URL_SSM before services",
            {"AWS_ENDPOINT_URL_SSM": "{http}"},
            _SERVICES + "ssm =\n  endpoint_url = http://127.0.0.1:9\n",
        ),
        Case("services: empty", {}, _SERVICES + "ssm =\n  endpoint_url =\n"),
        Case("services that are not there", {}, "[default]\nservices = none\n"),
        Case(
            '[services "my own"]',
            {},
            _SERVICES.replace("= local", "= my own").replace("services local", 'services "my own"')
            + "ssm =\n  endpoint_url = {http}\n",
        ),
        Case(
            "services without a section of the service",
            {},
            _SERVICES + "dynamodb =\n  endpoint_url = http://127.0.0.1:9\n",
        ),
        Case(
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true",
            {_ALL: "http://127.0.0.1:9", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
        ),
        Case(
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=TRUE",
            {_ALL: "http://127.0.0.1:9", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "TRUE"},
        ),
        Case(
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=false",
            {_ALL: "{http}", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false"},
        ),
        Case("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=1", {_ALL: "{http}", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "1"}),
        Case(
            "ignore_configured_endpoint_urls",
            {},
            "[default]\nendpoint_url = http://127.0.0.1:9\nignore_configured_endpoint_urls = true\n",
        ),
        *(
            Case(f"AWS_ENDPOINT_URL is {value}", {_ALL: value})
            for value in (
                "127.0.0.1:{http_port}",
                "localhost:{http_port}",
                "nonsense",
                "ftp://127.0.0.1",
                "http://",
                "http://127.0.0.1:port",
                "http://127.0.0.1:99999",
                " {http}",
                "{http} ",
                "{http}?a=b",
                "http://user:pass@127.0.0.1:{http_port}",
                "http://127.0.0.1:9",
                "HTTP://127.0.0.1:{http_port}",
                "http://a b",
                "http://127.0.0.1:{http_port}#x",
                "http://under_score:1",
            )
        ),
        *(
            Case(f"FIPS, {_NAMES[call]}", {_FIPS: "true", "AWS_DEFAULT_REGION": "us-east-1"}, call=call)
            for call in _CALLS
        ),
        *(Case(f"dual stack, {_NAMES[call]}", {_DUAL: "true"}, call=call) for call in _CALLS),
        *(
            Case(
                f"FIPS and dual stack, {_NAMES[call]}",
                {_FIPS: "true", _DUAL: "true", "AWS_DEFAULT_REGION": "us-east-1"},
                call=call,
            )
            for call in _CALLS
        ),
        *(
            Case(f"FIPS beside AWS_ENDPOINT_URL, {_NAMES[call]}", {_FIPS: "true", _ALL: "{http}"}, call=call)
            for call in _CALLS
        ),
        *(
            Case(f"dual stack beside AWS_ENDPOINT_URL, {_NAMES[call]}", {_DUAL: "true", _ALL: "{http}"}, call=call)
            for call in _CALLS
        ),
        Case("FIPS in the profile", {"AWS_DEFAULT_REGION": "us-east-1"}, "[default]\nuse_fips_endpoint = true\n"),
        Case("dual stack in the profile", {}, "[default]\nuse_dualstack_endpoint = true\n"),
        Case(
            "FIPS off in the environment, on in the profile", {_FIPS: "false"}, "[default]\nuse_fips_endpoint = true\n"
        ),
        Case("FIPS where the Region has none", {_FIPS: "true", "AWS_DEFAULT_REGION": "eu-west-1"}),
        *(
            Case(f"AWS_USE_FIPS_ENDPOINT={value}", {_FIPS: value, "AWS_DEFAULT_REGION": "us-east-1"})
            for value in ("True", "TRUE", "1", "yes", "false", "nonsense")
        ),
        *(Case(f"AWS_USE_DUALSTACK_ENDPOINT={value}", {_DUAL: value}) for value in ("True", "1", "nonsense")),
    ],
    {**KEYS, **REGION, **TO_AWS},
)
