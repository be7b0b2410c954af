//! Unused headers and fields do not affect the value, whatever they contain.

use std::{fs, path::PathBuf};

use aws_smithy_types::checksum_config::ResponseChecksumValidation;
use lambda_cache::Cache;

use super::server::{Server, cache, config, parameter, secret};

/// The unused headers in the model of `GetObject`, and headers that other servers and users add.
const UNUSED_OF_S3: &[&str] = &[
    "age",
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "date",
    "expires",
    "last-modified",
    "server",
    "vary",
    "x-amz-delete-marker",
    "x-amz-expiration",
    "x-amz-meta-name",
    "x-amz-missing-meta",
    "x-amz-mp-parts-count",
    "x-amz-object-lock-legal-hold",
    "x-amz-object-lock-mode",
    "x-amz-object-lock-retain-until-date",
    "x-amz-replication-status",
    "x-amz-request-charged",
    "x-amz-restore",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-bucket-key-enabled",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-server-side-encryption-customer-key-md5",
    "x-amz-storage-class",
    "x-amz-tagging-count",
    "x-amz-version-id",
    "x-amz-website-redirect-location",
    "x-amz-checksum-crc32",
    "x-amz-checksum-crc64nvme",
    "x-amz-checksum-sha256",
    "x-amz-checksum-type",
    "x-amz-id-2",
    "x-amz-request-id",
];
const UNUSED_OF_JSON: &[&str] = &[
    "cache-control",
    "connection-hint",
    "content-encoding",
    "content-type",
    "date",
    "server",
    "x-amz-crc32",
    "x-amz-request-id",
    "x-amz-retry-after",
    "x-amzn-errortype",
    "x-amzn-query-error",
    "x-amzn-requestid",
    "x-amzn-trace-id",
];

/// Returns ten ways to break a header, with `{}` as its name.
fn broken(name: &str) -> Vec<(&'static str, Vec<u8>)> {
    let line = |value: &[u8]| [name.as_bytes(), b": ", value, b"\r\n"].concat();
    vec![
        ("Latin-1", line(b"caf\xe9; filename=\"\xfc.bin\"")),
        ("not UTF-8", line(b"\xff\xfe\x80")),
        ("a tab and quotes", line(b"a\tb \"c\" \\")),
        ("a control character", line(b"a\x01b")),
        ("empty", line(b"")),
        ("huge", line(&vec![b'a'; 30_000])),
        ("twice", [line(b"one"), line(b"two")].concat()),
        ("a date that is not one", line(b"Fri, 1 Nov 2026 25:61:00 +0000 UTC")),
        ("a number that is not one", line(b"-99999999999999999999.5e9")),
        ("a space before the colon and a folded line", [name.as_bytes(), b" : a\r\n  b\r\n"].concat()),
    ]
}

async fn object(cache: &Cache, server: &Server) -> Result<Vec<u8>, lambda_cache::Error> {
    let path: PathBuf = cache.s3().get_entry("s3://bucket/key").refresh().await?;
    server.heads();
    Ok(fs::read(path).unwrap())
}

#[tokio::test]
async fn broken_unused_headers_do_not_matter_to_an_object() {
    let (server, dir) = (Server::start(), tempfile::tempdir().unwrap());
    let cache = cache(&server.endpoint(), dir.path());
    let mut failures = Vec::new();
    for name in UNUSED_OF_S3 {
        for (how, lines) in broken(name) {
            server.answers(200, &lines, "content");
            match object(&cache, &server).await {
                Ok(content) => assert_eq!(content, b"content"),
                Err(error) => failures.push(format!("{name}, {how}: {error}")),
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[tokio::test]
async fn the_form_of_a_date_does_not_matter_to_an_object() {
    let (server, dir) = (Server::start(), tempfile::tempdir().unwrap());
    let cache = cache(&server.endpoint(), dir.path());
    for date in [
        "Fri, 27 Nov 2026 10:00:00 UTC",
        "2026-11-27T10:00:00Z",
        "Fri, 27 Nov 2026 10:00:00 +0000",
        "Fri, 7 Nov 2026 10:00:00 GMT",
        "Friday, 27-Nov-26 10:00:00 GMT",
        "Fri Nov 27 10:00:00 2026",
        "1795773600",
    ] {
        let lines = format!("last-modified: {date}\r\netag: \"{}\"\r\n", date.len());
        server.answers(200, lines.as_bytes(), "content");
        assert_eq!(object(&cache, &server).await.unwrap(), b"content", "{date}");
    }
}

#[tokio::test]
async fn broken_unused_headers_do_not_matter_to_json() {
    let (server, dir) = (Server::start(), tempfile::tempdir().unwrap());
    let cache = cache(&server.endpoint(), dir.path());
    let mut failures = Vec::new();
    for name in UNUSED_OF_JSON {
        for (how, lines) in broken(name) {
            server.answers(200, &lines, r#"{"Parameter": {"Value": "x"}, "SecretString": "x"}"#);
            let parameter = parameter(&cache).await;
            let secret = secret(&cache).await;
            for failure in [parameter, secret].into_iter().filter_map(Result::err) {
                failures.push(format!("{name}, {how}: {failure}"));
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[tokio::test]
async fn unused_fields_may_be_anything() {
    let (server, dir) = (Server::start(), tempfile::tempdir().unwrap());
    let cache = cache(&server.endpoint(), dir.path());
    let deep = format!("{}1{}", "{\"a\":".repeat(2_000), "}".repeat(2_000));
    let values = [
        "null",
        "true",
        "-1",
        "1e999",
        "\"\"",
        "\"2026-11-27T10:00:00Z\"",
        "\"caf\u{e9}\"",
        "[]",
        "[[{}]]",
        "{}",
        &deep,
    ];
    for value in values {
        let more = [
            "Version",
            "LastModifiedDate",
            "ARN",
            "DataType",
            "SourceResult",
            "Selector",
            "CreatedDate",
            "VersionId",
            "VersionStages",
            "InvalidParameters",
            "Unheard",
        ]
        .map(|name| format!("\"{name}\": {value}"))
        .join(", ");
        let body = format!(
            "{{\"Parameter\": {{\"Value\": \"x\", {more}}}, \"Parameters\": [{{\"Name\": \"/p/a\", \"Value\": \"x\", \
             {more}}}], \"SecretString\": \"x\", {more}}}"
        );
        server.answers(200, b"", &body);
        assert_eq!(parameter(&cache).await.unwrap(), "x", "{more:.80}");
        assert_eq!(secret(&cache).await.unwrap(), "x", "{more:.80}");
        let below: std::collections::HashMap<String, String> = cache
            .ssm()
            .get_entry(lambda_cache::ssm::path("/p"))
            .refresh()
            .await
            .unwrap_or_else(|error| panic!("{error} {more:.80}"));
        assert_eq!(below["a"], "x");
    }
}

#[tokio::test]
async fn a_304_with_the_objects_checksum_is_not_retried() {
    let (server, dir) = (Server::start(), tempfile::tempdir().unwrap());
    let config = config(&server.endpoint());
    let config = config.retry_config(aws_config::retry::RetryConfig::standard()).build();
    let cache = Cache::builder().sdk_config(&config).dir(dir.path()).build();
    let get = async || {
        let entry = cache.s3().get_entry::<PathBuf>("s3://bucket/key").check_before_download(true);
        fs::read(entry.refresh().await.unwrap()).unwrap()
    };
    let headers = b"etag: \"1\"\r\nx-amz-checksum-crc32: y/Q5Jg==\r\n";
    server.answers(200, headers, "123456789");
    assert_eq!(get().await, b"123456789");
    server.heads();
    server.answers(304, headers, "");
    assert_eq!(get().await, b"123456789");
    assert_eq!(server.heads().len(), 1, "it was asked again");
}

#[tokio::test]
async fn the_body_of_an_unchanged_object_is_not_read() {
    let (server, dir) = (Server::start(), tempfile::tempdir().unwrap());
    let cache = cache(&server.endpoint(), dir.path());
    let get = async || {
        let entry = cache.s3().get_entry::<PathBuf>("s3://bucket/key").check_before_download(true);
        fs::read(entry.refresh().await.unwrap()).unwrap()
    };
    server.answers(200, b"etag: \"1\"\r\n", "123456789");
    assert_eq!(get().await, b"123456789");
    server.answers_raw(b"HTTP/1.1 200 Some\r\ncontent-length: 9\r\netag: \"1\"\r\n\r\n"); // its body never comes
    assert_eq!(get().await, b"123456789");
}

#[tokio::test]
async fn a_checksum_is_used_only_if_its_length_is_right() {
    let (server, dir) = (Server::start(), tempfile::tempdir().unwrap());
    let cache = cache(&server.endpoint(), dir.path());
    for (checksum, is_had) in [
        ("crc32: y/Q5Jg==", true),
        ("crc32: AAAAAA==", false),
        ("crc64nvme: y/Q5Jg==", true),
        ("crc64nvme: AAAAAAAAAAA=", false),
        ("sha256: y/Q5Jg==", true),
        ("sha1: not base64", true),
    ] {
        server.answers(200, format!("x-amz-checksum-{checksum}\r\n").as_bytes(), "123456789");
        assert_eq!(object(&cache, &server).await.is_ok(), is_had, "{checksum}");
    }
}

#[tokio::test]
async fn checksums_are_not_used_when_required_only() {
    let (server, dir) = (Server::start(), tempfile::tempdir().unwrap());
    server.answers(200, b"x-amz-checksum-crc32: AAAAAA==\r\n", "123456789");
    for (validation, is_checked) in
        [(ResponseChecksumValidation::WhenSupported, true), (ResponseChecksumValidation::WhenRequired, false)]
    {
        let config = config(&server.endpoint()).response_checksum_validation(validation).build();
        let cache = Cache::builder().sdk_config(&config).dir(dir.path()).build();
        let had = cache.s3().get_entry::<PathBuf>("s3://bucket/key").refresh().await;
        assert_eq!(had.is_err(), is_checked);
        let heads = server.heads();
        assert_eq!(heads[0].to_lowercase().contains("x-amz-checksum-mode"), is_checked, "{}", heads[0]);
    }
}

#[tokio::test]
async fn the_clock_of_an_answer_does_not_change_the_next_signature() {
    let (server, dir) = (Server::start(), tempfile::tempdir().unwrap());
    let cache = cache(&server.endpoint(), dir.path());
    server.answers(200, b"date: Thu, 01 Jan 2015 00:00:00 GMT\r\n", r#"{"Parameter": {"Value": "x"}}"#);
    for _ in 0..2 {
        parameter(&cache).await.unwrap();
    }
    for head in server.heads() {
        assert!(!head.to_lowercase().contains("x-amz-date: 2015"), "{head}");
    }
}
