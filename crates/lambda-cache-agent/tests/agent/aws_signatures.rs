//! Requests in AWS's protocol that no SDK sends: each gets an error of AWS, and none an answer from the cache.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4,
};
use fault_server::FaultServer;
use http::Method;
use lambda_cache::__binding::engine::Clock;
use serde_json::json;

use crate::support::{Agent, Answer};

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_nanos(Clock::System.now().wall_ns)
}

const BODY: &str = r#"{"Name": "/a"}"#;

/// A request whose parts a test spoils.
struct Signed {
    headers: Vec<(String, String)>,
    body: String,
}

impl Signed {
    /// Signs a request for `GetParameter` with these headers in addition.
    fn new(service: &str, time: SystemTime, more: &[(&str, &str)]) -> Self {
        Self::of(service, "AmazonSSM.GetParameter", BODY, time, more)
    }

    fn of(service: &str, target: &str, body: &str, time: SystemTime, more: &[(&str, &str)]) -> Self {
        let mut headers = vec![("host", "localhost"), ("x-amz-target", target)];
        headers.extend(more);
        let identity = Credentials::from_keys("testing", "testing", None).into();
        let params = v4::SigningParams::builder().identity(&identity).region("eu-west-1").name(service).time(time);
        let params = params.settings(SigningSettings::default()).build().unwrap().into();
        let signable = SignableBody::Bytes(body.as_bytes());
        let request = SignableRequest::new("POST", "http://localhost/", headers.iter().copied(), signable).unwrap();
        let (signed, _) = sign(request, &params).unwrap().into_parts();
        let all = headers.iter().copied().chain(signed.headers());
        let headers = all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { headers, body: body.to_owned() }
    }

    fn now() -> Self {
        Self::new("ssm", now(), &[])
    }

    fn with(mut self, name: &str, change: impl Fn(&str) -> String) -> Self {
        for (_, value) in self.headers.iter_mut().filter(|(other, _)| other == name) {
            *value = change(value);
        }
        self
    }

    fn and(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(other, _)| other != name);
        self
    }

    async fn send(&self, agent: &Agent) -> Answer {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        agent.send(Method::POST, "/", &headers, &self.body).await
    }
}

/// Returns the header with another last digit of the signature.
fn other_signature(header: &str) -> String {
    let (rest, last) = header.split_at(header.len() - 1);
    format!("{rest}{}", if last == "0" { "1" } else { "0" })
}

#[tokio::test]
async fn a_spoiled_request_gets_an_error_of_aws() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "c4n4ry");
    let agent = Agent::start(&server, &[]).await;
    let good = Signed::now().send(&agent).await;
    assert_eq!((good.status, &good.json()["Parameter"]["Value"]), (200, &json!("c4n4ry")), "{good:?}");
    assert_eq!(good.headers["content-type"], "application/x-amz-json-1.1");
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let (mismatch, incomplete, unsigned) =
        ("InvalidSignatureException", "IncompleteSignatureException", "MissingAuthenticationTokenException");
    let minutes = |minutes| Duration::from_mins(minutes);
    let cases = [
        (Signed::now().without("authorization"), unsigned),
        (Signed::now().and("authorization", "AWS4-HMAC-SHA256 x"), unsigned),
        (Signed::now().with("authorization", |_| "Basic eDp5".to_owned()), incomplete),
        (Signed::now().with("authorization", |_| "AWS4-HMAC-SHA256".to_owned()), incomplete),
        (Signed::now().with("authorization", |old| old.replace("Credential=testing/", "Credential=")), incomplete),
        (Signed::now().with("authorization", |old| old.replace(";x-amz-target", "")), incomplete),
        (Signed::now().with("authorization", |old| old.replace("aws4_request", "aws5_request")), incomplete),
        (Signed::now().with("authorization", |old| old.replace("eu-west-1", "eu-west-2")), mismatch),
        (Signed::now().with("authorization", other_signature), mismatch),
        (Signed::now().with("x-amz-target", |_| "AmazonSSM.PutParameter".to_owned()), mismatch),
        (Signed::now().with("x-amz-target", |_| "DynamoDB_20120810.GetItem".to_owned()), "UnknownOperationException"),
        (Signed::now().with("x-amz-date", |_| "yesterday".to_owned()), incomplete),
        (Signed::now().with("x-amz-date", |_| "20261399T999999Z".to_owned()), incomplete),
        (Signed { body: BODY.replace("/a", "/b"), ..Signed::now() }, mismatch),
        (Signed::new("secretsmanager", now(), &[]), mismatch),
        (Signed::new("ssm", now() - minutes(6), &[]), mismatch),
        (Signed::new("ssm", now() + minutes(6), &[]), mismatch),
        (Signed::new("ssm", now(), &[("x-amz-content-sha256", "UNSIGNED-PAYLOAD")]), mismatch),
        (Signed::new("ssm", now(), &[("x-amz-content-sha256", empty)]), mismatch),
        (Signed::now().and("x-amz-security-token", "x"), "UnrecognizedClientException"),
    ];
    for (index, (request, code)) in cases.into_iter().enumerate() {
        let answer = request.send(&agent).await;
        assert_eq!((answer.status, &answer.json()["__type"]), (400, &json!(code)), "{index}: {answer:?}");
        assert_eq!(answer.headers["x-amzn-errortype"], code);
        assert!(answer.headers.contains_key("x-amzn-requestid") && !answer.body.contains("c4n4ry"), "{answer:?}");
    }
    assert_eq!(server.counts().requests, 1);
}

#[tokio::test]
async fn a_signature_is_accepted_for_five_minutes() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    let agent = Agent::start(&server, &[]).await;
    for time in [now() - Duration::from_mins(4), now() + Duration::from_mins(4)] {
        let answer = Signed::new("ssm", time, &[("user-agent", "a  b"), ("x-empty", "")]).send(&agent).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

#[tokio::test]
async fn a_body_that_the_door_does_not_understand_is_left_to_aws() {
    let server = FaultServer::start().await.unwrap();
    let agent = Agent::start(&server, &[]).await;
    let bodies = [
        "",
        "{",
        "[]",
        "null",
        "5",
        r#"{"Name": 5}"#,
        r#"{"Name": "/a", "Name": "/b"}"#,
        r#"{"Name": "/a", "More": 1}"#,
        r#"{"Names": []}"#,
        r#"{"Names": ["/a", "/a"]}"#,
        r#"{"Path": "a"}"#,
        r#"{"Path": "/a", "MaxResults": -1}"#,
        r#"{"Path": "/a", "MaxResults": 99}"#,
        r#"{"Path": "/a", "NextToken": "AAAA"}"#,
        r#"{"SecretId": ""}"#,
        r#"{"SecretId": "s", "VersionStage": ""}"#,
        r#"{"SecretIdList": []}"#,
        r#"{"Filters": []}"#,
    ];
    let operations = [
        ("ssm", "AmazonSSM.GetParameter"),
        ("ssm", "AmazonSSM.GetParameters"),
        ("ssm", "AmazonSSM.GetParametersByPath"),
        ("secretsmanager", "secretsmanager.GetSecretValue"),
        ("secretsmanager", "secretsmanager.BatchGetSecretValue"),
    ];
    for (service, target) in operations {
        for body in bodies {
            let answer = Signed::of(service, target, body, now(), &[]).send(&agent).await;
            assert!(answer.status < 500 && answer.json().is_object(), "{target} {body}: {answer:?}");
        }
    }
    assert_eq!(server.counts().refused_signatures, 0);
}

#[tokio::test]
async fn a_request_that_no_door_gets_has_an_error_of_aws() {
    let server = FaultServer::start().await.unwrap();
    let agent = Agent::start(&server, &[]).await;
    let large = Signed { body: " ".repeat(512 * 1024 + 1), ..Signed::now() };
    let cases = [
        (large, 413, "RequestEntityTooLargeException"),
        (Signed::now().with("host", |_| "example.com".to_owned()), 400, "ValidationException"),
        (Signed::now().and("x-forwarded-for", "192.0.2.1"), 400, "ValidationException"),
    ];
    for (request, status, code) in cases {
        let answer = request.send(&agent).await;
        assert_eq!((answer.status, &answer.json()["__type"]), (status, &json!(code)), "{answer:?}");
    }
}
