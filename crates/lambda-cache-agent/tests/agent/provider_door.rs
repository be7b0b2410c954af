//! The AWS Workload Credentials Provider's requests.

use fault_server::{Fault, FaultServer, Times};
use serde_json::json;

use crate::support::Agent;

#[tokio::test]
async fn a_secret_has_the_providers_json() {
    let server = FaultServer::start().await.unwrap();
    server.put_secret("prod/db", "pa55word");
    let agent = Agent::start(&server, &[]).await;
    for path in ["/secretsmanager/get?secretId=prod/db", "/v1/prod/db"] {
        let answer = agent.get(path).await;
        let version_id = answer.json()["VersionId"].clone();
        let expected = json!({
            "ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf",
            "Name": "prod/db",
            "VersionId": version_id,
            "SecretString": "pa55word",
            "VersionStages": ["AWSCURRENT"],
            "CreatedDate": "1700000000",
        });
        assert_eq!((answer.status, answer.json()), (200, expected), "{path}");
    }
    assert_eq!(server.counts().requests, 1);
}

#[tokio::test]
async fn refresh_now_fetches_again() {
    let server = FaultServer::start().await.unwrap();
    server.put_secret("s", "old");
    let agent = Agent::start(&server, &[]).await;
    assert_eq!(agent.get("/v1/s").await.json()["SecretString"], "old");
    server.put_secret("s", "new");
    assert_eq!(agent.get("/v1/s?refreshNow=0").await.json()["SecretString"], "old");
    assert_eq!(agent.get("/v1/s?refreshNow=TRUE").await.json()["SecretString"], "new");
    assert_eq!(agent.get("/v1/s").await.json()["SecretString"], "new");
}

#[tokio::test]
async fn refusals_have_the_providers_words() {
    let server = FaultServer::start().await.unwrap();
    let agent = Agent::start(&server, &[]).await;
    let cases = [
        ("/secretsmanager/get?secretId=s&colour=red", "unknown parameter: colour"),
        ("/secretsmanager/get", "missing parameter secretId"),
        ("/v1/", "missing secret ID"),
        ("/v1/s?secretId=s", "unknown parameter: secretId"),
        ("/v1/s?refreshNow=maybe", "invalid refreshNow value"),
        ("/v1/s?refreshNow=", "invalid refreshNow value"),
        (
            "/v1/s?roleArn=arn:aws:iam::1:role/r",
            "invalid roleArn format, expected arn:<partition>:iam::<account>:role/<name>",
        ),
    ];
    for (path, message) in cases {
        let answer = agent.get(path).await;
        assert_eq!((answer.status, &*answer.body), (400, message), "{path}");
    }
    assert_eq!(server.counts().requests, 0);
}

#[tokio::test]
async fn failures_have_the_providers_statuses() {
    let server = FaultServer::start().await.unwrap();
    let agent =
        Agent::start(&server, &[("AWS_MAX_ATTEMPTS", "1"), ("LAMBDA_CACHE_READ_TIMEOUT_IN_SECONDS", "0.1")]).await;
    let missing = agent.get("/v1/none?refreshNow=true").await;
    assert_eq!((missing.status, &missing.json()["__type"]), (400, &json!("ResourceNotFoundException")));
    server.put_secret("slow", "x");
    server.fault("slow", Fault::Silence, Times::ALWAYS);
    let late = agent.get("/v1/slow").await;
    assert_eq!((late.status, &late.json()["__type"]), (504, &json!("TimeoutError")));
    server.put_secret("broken", "x");
    server.fault("broken", Fault::ResetBeforeAnswer, Times::ALWAYS);
    let broken = agent.get("/v1/broken").await;
    assert_eq!((broken.status, &broken.json()["__type"]), (502, &json!("ConnectionError")));
    // The fault server has no STS, so no role can be assumed.
    let role = agent.get("/v1/s?roleArn=arn:aws:iam::123456789012:role/reader").await;
    assert_eq!((role.status, &role.json()["__type"]), (403, &json!("AccessDeniedException")), "{role:?}");
}
