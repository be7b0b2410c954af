//! Realistic variables and files, as a start for changed ones.

/// Variables with a usual value. `HOME` in a value is the folder of the case.
pub(super) const VARIABLES: [(&str, &str); 40] = [
    ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "c4n4ry-secret-key"),
    ("AWS_SESSION_TOKEN", "c4n4ry-session-token"),
    ("AWS_SECURITY_TOKEN", "c4n4ry-security-token\r"),
    ("AWS_REGION", "eu-west-1"),
    ("AWS_DEFAULT_REGION", "fips-us-east-1"),
    ("AWS_DEFAULT_PROFILE", "role"),
    ("AWS_CONFIG_FILE", "~/.aws/config"),
    ("AWS_CONFIG_FILE", "$HOME/.aws/none"),
    ("AWS_SHARED_CREDENTIALS_FILE", "HOME/.aws/credentials"),
    ("AWS_SHARED_CREDENTIALS_FILE", "HOME"),
    ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r"),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", "HOME/token"),
    ("AWS_ROLE_SESSION_NAME", "session"),
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/container.invalid"),
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "https://container.invalid/keys"),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "c4n4ry-container-token"),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "c4n4ry-container\ntoken"),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "HOME/token"),
    ("AWS_EC2_METADATA_DISABLED", "true"),
    ("AWS_EC2_METADATA_V1_DISABLED", "true"),
    ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv4"),
    ("AWS_METADATA_SERVICE_TIMEOUT", "1"),
    ("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "2"),
    ("AWS_MAX_ATTEMPTS", "2"),
    ("AWS_RETRY_MODE", "adaptive"),
    ("AWS_USE_FIPS_ENDPOINT", "true"),
    ("AWS_USE_DUALSTACK_ENDPOINT", "true"),
    ("AWS_STS_REGIONAL_ENDPOINTS", "legacy"),
    ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
    ("AWS_ENDPOINT_URL", "http://all.invalid/a path?q#f"),
    ("AWS_ENDPOINT_URL_SSM", "http://user:c4n4ry-password@ssm.invalid"),
    ("AWS_ENDPOINT_URL_STS", "http://[sts.invalid"),
    ("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required"),
    ("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_supported"),
    ("AWS_SDK_UA_APP_ID", "app"),
    ("AWS_EXECUTION_ENV", "AWS_Lambda_python3.13"),
    ("AWS_CA_BUNDLE", "HOME/token"),
    ("AWS_DEFAULTS_MODE", "auto"),
    ("AWS_S3_USE_ARN_REGION", "false"),
];

/// Names of profiles.
pub(super) const KEYS: [&str; 10] =
    ["default", "keys", "role", "chain", "web", "sso", "old-sso", "process", "source", "dev env"];

/// Values that a setting does not expect.
pub(super) const VALUES: [&str; 24] = [
    "",
    " ",
    "0",
    "-1",
    "1e9",
    "99999999999999999999",
    "true",
    "TRUE ",
    "None",
    "\"",
    "'quoted'",
    "eu_west_1",
    "eu-west-1\r",
    "é",
    "\u{feff}",
    "a\u{7f}b",
    "$HOME",
    "${",
    "~nobody/x",
    "keys",
    "chain",
    "[x]",
    "= =",
    "# ;",
];

/// Lines, and parts of lines, of files.
pub(super) const LINES: [&str; 24] = [
    "",
    "[default]",
    "[profile default]",
    "[profile \"role\"]",
    "[sso-session s]",
    "[services x]",
    "[",
    "[]",
    "[profile",
    "# comment",
    "key",
    "= value",
    "region: eu-west-1",
    "region =",
    "source_profile = chain",
    "credential_source = Environment",
    "role_arn = arn:aws:iam::123456789012:role/other",
    "duration_seconds = 1h",
    "retry_mode = legacy",
    "services = x",
    "s3 =",
    "  addressing_style = path",
    "ec2_metadata_service_endpoint_mode = ipv9",
    "\u{feff}",
];

pub(super) const CONFIGS: [&str; 3] = [
    "",
    "[default]\nregion = eu-north-1\n",
    "[default]\n\
     region = eu-west-1\n\
     output = json\n\
     s3 =\n  addressing_style = virtual\n\
     [profile keys]\n\
     aws_access_key_id = AKIDEXAMPLE\n\
     aws_secret_access_key = c4n4ry-config-key\n\
     [profile role]\n\
     role_arn = arn:aws:iam::123456789012:role/r\n\
     source_profile = keys\n\
     external_id = x\n\
     duration_seconds = 900\n\
     role_session_name = s\n\
     [profile chain]\n\
     role_arn = arn:aws:iam::123456789012:role/s\n\
     source_profile = role\n\
     [profile web]\n\
     role_arn = arn:aws:iam::123456789012:role/w\n\
     web_identity_token_file = HOME/token\n\
     [profile source]\n\
     role_arn = arn:aws:iam::123456789012:role/e\n\
     credential_source = Ec2InstanceMetadata\n\
     [profile sso]\n\
     sso_session = s\n\
     sso_account_id = 123456789012\n\
     sso_role_name = r\n\
     [profile old-sso]\n\
     sso_start_url = https://example.invalid/start\n\
     sso_region = eu-west-1\n\
     sso_account_id = 123456789012\n\
     sso_role_name = r\n\
     [sso-session s]\n\
     sso_start_url = https://example.invalid/start\n\
     sso_region = eu-west-1\n\
     sso_registration_scopes = sso:account:access\n\
     [profile process]\n\
     credential_process = /bin/echo '{\"Version\": 1, \"AccessKeyId\": \"A\", \"SecretAccessKey\": \"c4n4ry-process\"}'\n\
     [profile \"dev env\"]\n\
     region = us-gov-west-1\n\
     services = x\n\
     [services x]\n\
     ssm =\n  endpoint_url = http://ssm.invalid\n",
];

pub(super) const CREDENTIALS: [&str; 3] = [
    "",
    "[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = c4n4ry-default-key\n",
    "[keys]\n\
     aws_access_key_id = AKIDEXAMPLE\n\
     aws_secret_access_key = c4n4ry-file-key\n\
     aws_session_token = c4n4ry-file-token\n\
     [dev env]\n\
     aws_access_key_id=AKIDEXAMPLE\n\
     aws_secret_access_key=c4n4ry-env-key\n\
     aws_security_token=c4n4ry-env-token\n",
];

/// The file that `aws sso login` writes.
pub(super) const TOKEN_FILE: &str = r#"{"startUrl": "https://example.invalid/start", "region": "eu-west-1",
 "accessToken": "c4n4ry-access-token", "expiresAt": "2020-01-01T00:00:00Z", "clientId": "id",
 "clientSecret": "c4n4ry-client-secret", "registrationExpiresAt": "2099-01-01T00:00:00Z",
 "refreshToken": "c4n4ry-refresh-token"}"#;
