use super::{Operation, service::Answer};

/// The value that must not be shown.
pub(super) const CANARY: &str = "c4n4ry-0f-the-secret";
/// The value as text, and as a binary secret on the wire.
pub(super) const CANARIES: [&str; 2] = [CANARY, "YzRuNHJ5LTBmLXRoZS1zZWNyZXQ="];

/// Returns a valid answer of AWS.
pub(super) fn good(operation: Operation) -> Answer {
    let (content_type, body) = match operation {
        Operation::Parameter => (
            JSON,
            r#"{"Parameter":{"ARN":"arn:aws:ssm:eu-west-1:123456789012:parameter/app/var","DataType":"text","LastModifiedDate":1.7E9,"Name":"/app/var","Type":"SecureString","Value":"c4n4ry-0f-the-secret","Version":1}}"#,
        ),
        Operation::Parameters => (
            JSON,
            r#"{"InvalidParameters":[],"Parameters":[{"Name":"/app/list","Type":"StringList","Value":"c4n4ry-0f-the-secret,b"},{"Name":"/app/var","Type":"String","Value":"c4n4ry-0f-the-secret"}]}"#,
        ),
        Operation::Secret => (
            JSON,
            r#"{"ARN":"arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-a1B2c3","Name":"prod/db","SecretString":"c4n4ry-0f-the-secret","VersionStages":["AWSCURRENT"]}"#,
        ),
        Operation::Object => ("application/octet-stream", CANARY),
    };
    let headers = vec![("content-type", content_type.into()), ("x-amzn-requestid", b"r-1".to_vec())];
    Answer { status: 200, headers, body: body.into() }
}

const JSON: &str = "application/x-amz-json-1.1";

/// Headers that the SDK or this library reads.
pub(super) const HEADERS: [(&str, &str); 22] = [
    ("content-length", "20"),
    ("content-length", "18446744073709551615"),
    ("content-length", "-1"),
    ("content-type", "text/xml"),
    ("content-encoding", "gzip"),
    ("content-encoding", "aws-chunked"),
    ("transfer-encoding", "chunked"),
    ("content-range", "bytes 0-19/20"),
    ("last-modified", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ("expires", "never"),
    ("date", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ("etag", "\"9b2cf535f27731c974343645a3985328\""),
    ("x-amz-checksum-crc32", "AAAAAA=="),
    ("x-amz-checksum-sha256", "not base64"),
    ("x-amz-checksum-type", "COMPOSITE"),
    ("x-amz-bucket-region", "eu-south-2"),
    ("x-amz-bucket-region", ""),
    ("x-amz-mp-parts-count", "2147483648"),
    ("x-amz-meta-a", "b"),
    ("x-amzn-requestid", "r-2"),
    ("x-amzn-errortype", "ParameterNotFound:http://internal.amazon.com/"),
    ("retry-after", "1000000"),
];

/// Bodies that other services, or a proxy in between, might send.
pub(super) const BODIES: [&str; 12] = [
    "",
    "null",
    "{}",
    r#"{"__type":"ParameterNotFound"}"#,
    r#"{"__type":"com.amazonaws.ssm#ThrottlingException","message":"Rate exceeded"}"#,
    r#"{"__type":"AccessDeniedException","Message":"not allowed"}"#,
    r#"{"SecretBinary":"YzRuNHJ5LTBmLXRoZS1zZWNyZXQ="}"#,
    r#"{"Parameter":"c4n4ry-0f-the-secret"}"#,
    r#"{"Parameters":[null,{"Name":null,"Value":"c4n4ry-0f-the-secret"},{}]}"#,
    "<html><body>503 c4n4ry-0f-the-secret</body></html>",
    "<Error><Code>NoSuchKey</Code><Message>no</Message><RequestId>r</RequestId></Error>",
    "<Error><Code>PermanentRedirect</Code><Endpoint>bucket.s3.eu-south-2.amazonaws.com</Endpoint></Error>",
];

pub(super) const TOKENS: [&str; 16] = [
    "\"Value\":",
    "\"Parameter\":",
    "null",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "\\ud800",
    "1e999",
    ",",
    "<Error>",
    "</",
    "&#0;",
    "\u{0}",
    "eu-south-2",
];
