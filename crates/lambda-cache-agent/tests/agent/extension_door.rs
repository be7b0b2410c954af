//! The AWS Parameters and Secrets Lambda Extension's requests.

use fault_server::{Fault, FaultServer, Times};
use serde_json::json;

use crate::support::Agent;

const EXTENSION: (&str, &str) = ("LAMBDA_CACHE_AGENT_SECRETS_DOOR", "extension");

#[tokio::test]
async fn a_parameter_has_the_extensions_json() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a/b", "x");
    let agent = Agent::start(&server, &[]).await;
    let expected = json!({
        "Parameter": {
            "ARN": "arn:aws:ssm:eu-west-1:123456789012:parameter/a/b",
            "DataType": "text",
            "LastModifiedDate": "2023-11-14T22:13:20Z",
            "Name": "/a/b",
            "Selector": null,
            "SourceResult": null,
            "Type": "String",
            "Value": "x",
            "Version": 1,
        },
        "ResultMetadata": {},
    });
    for path in ["get?name=/a/b", "get/?name=%2Fa%2Fb"] {
        let answer = agent.get(&format!("/systemsmanager/parameters/{path}&withDecryption=true")).await;
        assert_eq!((answer.status, answer.json()), (200, expected.clone()), "{path}");
        assert_eq!(answer.headers["content-type"], "application/json");
    }
    assert_eq!(server.counts().requests, 1);
}

#[tokio::test]
async fn a_secret_has_the_extensions_json() {
    let server = FaultServer::start().await.unwrap();
    server.put_secret("prod/db", "pa55word");
    server.put_secret_binary("prod/key", &b"\x00\xff"[..]);
    let agent = Agent::start(&server, &[EXTENSION]).await;
    let text = agent.get("/secretsmanager/get?secretId=prod/db").await.json();
    assert_eq!(text["SecretString"], "pa55word");
    assert_eq!(text["SecretBinary"], json!(null));
    assert_eq!(text["CreatedDate"], "2023-11-14T22:13:20Z");
    assert_eq!(text["VersionStages"], json!(["AWSCURRENT"]));
    let binary = agent.get("/secretsmanager/get/?secretId=prod%2Fkey").await.json();
    assert_eq!((&binary["SecretBinary"], &binary["SecretString"]), (&json!("AP8="), &json!(null)));
}

#[tokio::test]
async fn decryption_is_off_by_default() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    let agent = Agent::start(&server, &[]).await;
    agent.get("/systemsmanager/parameters/get?name=/a").await;
    agent.get("/systemsmanager/parameters/get?name=/a&withDecryption=false").await;
    assert_eq!(server.counts().requests, 1);
    agent.get("/systemsmanager/parameters/get?name=/a&withDecryption=True").await;
    assert_eq!(server.counts().requests, 2, "the decrypted value is another one");
}

#[tokio::test]
async fn the_first_of_version_and_label_counts() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a:3", "third");
    server.put_parameter("/a:live", "live");
    let agent = Agent::start(&server, &[]).await;
    for (query, value) in [("version=3&label=live", "third"), ("label=live&version=3", "live")] {
        let answer = agent.get(&format!("/systemsmanager/parameters/get?name=/a&{query}")).await;
        assert_eq!(answer.json()["Parameter"]["Value"], value);
    }
}

#[tokio::test]
async fn errors_keep_awss_status_code_and_message() {
    let server = FaultServer::start().await.unwrap();
    let agent = Agent::start(&server, &[EXTENSION, ("AWS_MAX_ATTEMPTS", "1")]).await;
    let missing = agent.get("/systemsmanager/parameters/get?name=/none").await;
    assert_eq!((missing.status, &missing.json()["__type"]), (400, &json!("ParameterNotFound")));
    let missing = agent.get("/secretsmanager/get?secretId=none").await;
    assert_eq!((missing.status, &missing.json()["__type"]), (400, &json!("ResourceNotFoundException")));
    assert!(missing.json()["message"].as_str().unwrap().contains("can't find"), "{missing:?}");
    server.put_parameter("/denied", "x");
    server.fault("/denied", Fault::AccessDenied, Times::ALWAYS);
    let denied = agent.get("/systemsmanager/parameters/get?name=/denied").await;
    assert_eq!((denied.status, &denied.json()["__type"]), (400, &json!("AccessDeniedException")));
    assert_eq!(agent.get("/systemsmanager/parameters/get").await.status, 400);
    assert_eq!(agent.get("/secretsmanager/get?secretId=").await.status, 400);
}

#[tokio::test]
async fn the_extensions_variables_apply() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    server.put_secret("s", "x");
    for variable in [("SSM_PARAMETER_STORE_TTL", "0"), ("PARAMETERS_SECRETS_EXTENSION_CACHE_ENABLED", "FALSE")] {
        let agent = Agent::start(&server, &[EXTENSION, variable]).await;
        let before = server.counts().requests;
        for _ in 0..2 {
            agent.get("/systemsmanager/parameters/get?name=/a").await;
        }
        assert_eq!(server.counts().requests - before, 2, "{variable:?}: nothing is cached");
    }
    let agent = Agent::start(&server, &[EXTENSION, ("SECRETS_MANAGER_TTL", "86400")]).await;
    let before = server.counts().requests;
    for _ in 0..2 {
        assert_eq!(agent.get("/secretsmanager/get?secretId=s").await.status, 200);
    }
    assert_eq!(server.counts().requests - before, 1);
}
