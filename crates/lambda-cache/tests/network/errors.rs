//! Each failure is described with advice. Only failures of an attempted connection are transient.

use std::net::TcpListener;

use aws_config::Region;
use lambda_cache::{Cache, Error, ErrorKind};

use super::server::{Server, cache, config, parameter};

async fn failure(endpoint: &str) -> Error {
    let dir = tempfile::tempdir().unwrap();
    parameter(&cache(endpoint, dir.path())).await.unwrap_err()
}

fn assert_says(error: &Error, kind: ErrorKind, parts: &[&str]) {
    assert_eq!(error.kind(), kind, "{error}");
    for part in parts {
        assert!(error.to_string().contains(part), "{part:?} is not in {error}");
    }
}

const CHECK_NETWORK: &str = "; check the network (VPC endpoint, proxy) and AWS_ENDPOINT_URL";

#[tokio::test]
async fn a_refused_connection_is_named() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = failure(&format!("http://127.0.0.1:{port}")).await;
    let refused = format!("127.0.0.1:{port} refused the connection");
    assert_says(&error, ErrorKind::Unavailable, &[&refused, CHECK_NETWORK]);
    assert!(error.is_transient());
}

#[tokio::test]
async fn a_host_unknown_to_dns_is_named() {
    let error = failure("http://no-such-host.invalid").await;
    assert_says(&error, ErrorKind::Unavailable, &["DNS does not know the host of no-such-host.invalid", "spelling"]);
}

#[tokio::test]
async fn a_server_without_tls_is_named() {
    let server = Server::start();
    for plain in ["HTTP/1.1 400 Bad Request\r\n\r\n", ""] {
        server.answers_raw(plain.as_bytes());
        let error = failure(&format!("https://{}", server.address)).await;
        assert_says(&error, ErrorKind::Unavailable, &["no TLS connection to 127.0.0.1", "http://"]);
    }
}

#[tokio::test]
async fn an_unknown_certificate_is_named() {
    let server = fault_server::FaultServer::start().await.unwrap();
    let error = failure(&server.https_url()).await;
    assert_says(&error, ErrorKind::Unavailable, &["certificate", "is not accepted", "AWS_CA_BUNDLE"]);
}

#[tokio::test]
async fn an_answer_that_is_not_http_is_named() {
    let server = Server::start();
    for (bytes, words) in [("\u{0}\u{1}binary\r\n\r\n", "is not HTTP"), ("SSH-2.0-OpenSSH\r\n", "is not HTTP")] {
        server.answers_raw(bytes.as_bytes());
        assert_says(&failure(&server.endpoint()).await, ErrorKind::Unavailable, &[words]);
    }
}

/// A failure before a request is sent is permanent, so no stale value may be served for it.
#[tokio::test]
async fn a_malformed_region_is_not_a_network_failure() {
    for region in ["eu west 1", "eu_west_1", "\"eu-west-1\"", "-", "a/b"] {
        let config = config("http://127.0.0.1:9").region(Region::new(region)).endpoint_url("").build();
        let mut builder = config.to_builder();
        builder.set_endpoint_url(None);
        let error = parameter(&Cache::builder().sdk_config(&builder.build()).build()).await;
        let error = error.unwrap_err();
        assert!(!error.is_transient(), "{region:?}: {error}");
        assert!(!error.to_string().contains("check the network"), "{region:?}: {error}");
    }
}

#[tokio::test]
async fn an_error_answer_without_a_message_is_readable() {
    let (server, dir) = (Server::start(), tempfile::tempdir().unwrap());
    let cache = cache(&server.endpoint(), dir.path());
    for (status, body, expected) in [
        (404, "<Error><Code>NoSuchKey</Code><Message></Message></Error>", ": NoSuchKey; check the name"),
        (404, "<Error><Code>NoSuchKey</Code></Error>", ": NoSuchKey; check the name"),
        (404, "", ": NotFound; check the name"),
        (403, "<html>no XML at all", ": HTTP 403; the function's role needs s3:GetObject"),
    ] {
        server.answers(status, b"", body);
        let error = cache.s3().get_entry::<std::path::PathBuf>("s3://bucket/key").await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_named() {
    let (server, dir) = (Server::start(), tempfile::tempdir().unwrap());
    let cache = cache(&server.endpoint(), dir.path());
    let date = b"date: Fri, 27 Nov 2026 10:00:00 GMT\r\n";
    for message in
        ["Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z", "Signature not yet current: 1"]
    {
        let body = format!("{{\"__type\": \"InvalidSignatureException\", \"message\": \"{message}\"}}");
        server.answers(400, date, &body);
        let error = parameter(&cache).await.unwrap_err();
        assert_says(&error, ErrorKind::Rejected, &["this machine's clock is wrong: set it", "27 Nov 2026"]);
        assert!(!error.to_string().contains("credentials"), "{error}");
    }
    server.answers(403, date, "<Error><Code>RequestTimeTooSkewed</Code><Message>Too large.</Message></Error>");
    let error = cache.s3().get_entry::<std::path::PathBuf>("s3://bucket/key").await.unwrap_err();
    assert_says(&error, ErrorKind::Rejected, &["this machine's clock is wrong: set it", "27 Nov 2026"]);
}

#[tokio::test]
async fn a_rejection_by_an_endpoint_policy_does_not_blame_the_role() {
    let (server, dir) = (Server::start(), tempfile::tempdir().unwrap());
    let cache = cache(&server.endpoint(), dir.path());
    let body = "{\"__type\": \"AccessDeniedException\", \"Message\": \"User: u is not authorized to perform: \
                ssm:GetParameter on resource: r because no VPC endpoint policy allows the ssm:GetParameter action\"}";
    server.answers(400, b"", body);
    let error = parameter(&cache).await.unwrap_err();
    assert_says(&error, ErrorKind::AccessDenied, &["the VPC endpoint policy has to allow ssm:GetParameter"]);
    assert!(!error.to_string().contains("function's role needs"), "{error}");
}
