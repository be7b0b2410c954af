"""Variables that are empty, blank or have a stray character."""

from tests.configurations.case import KEYS, OBJECT, REGION, SECRET, TO_AWS, Case, Kind

_ROLE = "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/a-role\nsource_profile = keys\nregion = eu-west-1\n"
_SOURCE = "[profile keys]\naws_access_key_id = AKIDFILE\naws_secret_access_key = secret\n"

EMPTY = (
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_SSM",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ENDPOINT_URL_STS",
    "AWS_REGION",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    "AWS_EC2_METADATA_V1_DISABLED",
    "AWS_METADATA_SERVICE_TIMEOUT",
    "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
    "AWS_RETRY_MODE",
    "AWS_MAX_ATTEMPTS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_S3_USE_ARN_REGION",
    "AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS",
    "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH",
    "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT",
    "AWS_RESPONSE_CHECKSUM_VALIDATION",
    "AWS_REQUEST_CHECKSUM_CALCULATION",
    "AWS_DEFAULTS_MODE",
    "AWS_SDK_UA_APP_ID",
    "AWS_ACCOUNT_ID",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE",
    "AWS_AUTH_SCHEME_PREFERENCE",
    "AWS_SIGV4A_SIGNING_REGION_SET",
    "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",
    "AWS_DISABLE_REQUEST_COMPRESSION",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "REQUESTS_CA_BUNDLE",
    "HTTP_PROXY",
    "http_proxy",
    "https_proxy",
    "ALL_PROXY",
    "NO_PROXY",
    "no_proxy",
)

KIND = Kind(
    "variables",
    "Variables that are empty, blank or have a stray character",
    [
        *(Case(f"{name} is empty", {name: ""}) for name in EMPTY),
        *(
            Case(f"{name} is empty, for S3", {name: ""}, call=OBJECT)
            for name in (
                "AWS_ENDPOINT_URL",
                "AWS_ENDPOINT_URL_S3",
                "AWS_S3_USE_ARN_REGION",
                "AWS_REQUEST_CHECKSUM_CALCULATION",
            )
        ),
        Case("AWS_ENDPOINT_URL_SECRETS_MANAGER is empty", {"AWS_ENDPOINT_URL_SECRETS_MANAGER": ""}, call=SECRET),
        Case("AWS_CA_BUNDLE is empty", {"AWS_CA_BUNDLE": "", "HTTPS_PROXY": None, "AWS_ENDPOINT_URL": "{http}"}),
        Case("AWS_DEFAULT_REGION is empty", {"AWS_DEFAULT_REGION": ""}),
        Case(
            "AWS_DEFAULT_REGION is empty beside a profile's Region",
            {"AWS_DEFAULT_REGION": ""},
            "[default]\nregion = us-west-2\n",
        ),
        Case("AWS_ACCESS_KEY_ID is empty", {"AWS_ACCESS_KEY_ID": ""}),
        Case(
            "AWS_ACCESS_KEY_ID is empty beside a profile's keys",
            {"AWS_ACCESS_KEY_ID": ""},
            credentials=_SOURCE.replace("profile keys", "default"),
        ),
        Case("AWS_SECRET_ACCESS_KEY is empty", {"AWS_SECRET_ACCESS_KEY": ""}),
        Case("AWS_SECRET_ACCESS_KEY is unset", {"AWS_SECRET_ACCESS_KEY": None}),
        Case(
            "AWS_ENDPOINT_URL_STS is empty, a role is assumed",
            {
                "AWS_ENDPOINT_URL_STS": "",
                "AWS_PROFILE": "role",
                "AWS_ACCESS_KEY_ID": None,
                "AWS_SECRET_ACCESS_KEY": None,
            },
            _ROLE + _SOURCE,
        ),
        Case("AWS_ACCESS_KEY_ID ends in a line feed", {"AWS_ACCESS_KEY_ID": "AKIDENV\n"}),
        Case("AWS_ACCESS_KEY_ID ends in a carriage return", {"AWS_ACCESS_KEY_ID": "AKIDENV\r"}),
        Case("AWS_ACCESS_KEY_ID has blanks around it", {"AWS_ACCESS_KEY_ID": " AKIDENV "}),
        Case("AWS_SECRET_ACCESS_KEY ends in a line feed", {"AWS_SECRET_ACCESS_KEY": "secret\n"}),
        Case("AWS_SESSION_TOKEN ends in a line feed", {"AWS_SESSION_TOKEN": "token\n"}),
        Case("AWS_SESSION_TOKEN is used", {"AWS_SESSION_TOKEN": "token"}),
        Case("AWS_SECURITY_TOKEN is used", {"AWS_SECURITY_TOKEN": "old-token"}),
        Case(
            "AWS_SESSION_TOKEN and AWS_SECURITY_TOKEN",
            {"AWS_SESSION_TOKEN": "token", "AWS_SECURITY_TOKEN": "old-token"},
        ),
        *(
            Case(f"{name} is blank", {name: "  "})
            for name in (
                "AWS_ENDPOINT_URL",
                "AWS_REGION",
                "AWS_PROFILE",
                "AWS_MAX_ATTEMPTS",
                "AWS_RETRY_MODE",
                "AWS_USE_FIPS_ENDPOINT",
                "NO_PROXY",
                "AWS_EC2_METADATA_SERVICE_ENDPOINT",
            )
        ),
    ],
    {**KEYS, **REGION, **TO_AWS},
)
