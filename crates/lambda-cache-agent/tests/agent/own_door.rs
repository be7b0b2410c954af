//! The agent's own requests.

use fault_server::FaultServer;
use http::Method;
use serde_json::json;

use crate::support::{Agent, TOKEN, TOKEN_HEADER};

async fn post(agent: &Agent, path: &str) -> u16 {
    agent.send(Method::POST, path, &[(TOKEN_HEADER, TOKEN)], "").await.status
}

#[tokio::test]
async fn one_or_many_parameters_or_a_path_are_answered() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/app/one/name", "1");
    server.put_parameter("/app/two/name", r#"{"db": {"port": 5432}}"#);
    server.put_parameter_list("/app/list", ["a", "b"]);
    let agent = Agent::start(&server, &[]).await;
    let one = agent.get("/ssm/get?name=/app/one/name").await.json();
    assert_eq!((&one["value"], &one["version"], &one["type"]), (&json!("1"), &json!(1), &json!("String")));
    assert!(one["age_in_seconds"].as_f64().unwrap() < 10.0);
    assert_eq!(agent.get("/ssm/get?name=/app/list").await.json()["value"], json!(["a", "b"]));
    let many = agent.get("/ssm/get?name=/app/one/name&name=/app/two/name&name=/none&optional=true").await.json();
    assert_eq!(many["values"]["/app/one/name"]["value"], "1");
    assert_eq!(many["values"]["/none"], json!(null));
    let below = agent.get("/ssm/get?path=/app").await.json();
    assert_eq!(below["values"]["one/name"]["value"], "1");
    let first_level = agent.get("/ssm/get?path=/app&recursive=false").await.json();
    assert_eq!(first_level["values"].as_object().unwrap().keys().collect::<Vec<_>>(), ["list"]);
    assert_eq!(agent.get("/ssm/get?name=/app/two/name&pointer=/db/port").await.json()["value"], 5432);
}

#[tokio::test]
async fn a_pointer_that_fits_nothing_shows_no_value() {
    let server = FaultServer::start().await.unwrap();
    server.put_secret("json", r#"{"c4n4ry": "c4n4ry"}"#);
    server.put_secret("text", "c4n4ry");
    let agent = Agent::start(&server, &[]).await;
    for id in ["json", "text"] {
        let answer = agent.get(&format!("/secretsmanager/value?secretId={id}&pointer=/none")).await;
        assert!(answer.status == 400 && !answer.body.contains("c4n4ry"), "{answer:?}");
    }
}

#[tokio::test]
async fn several_secrets_are_answered_by_name() {
    let server = FaultServer::start().await.unwrap();
    server.put_secret("a/db", "1");
    server.put_secret_binary("b/db", &b"\x00"[..]);
    let agent = Agent::start(&server, &[]).await;
    let answer = agent.get("/secretsmanager/value?secretId=a/db&secretId=b/db").await.json();
    assert_eq!(
        (&answer["values"]["a/db"]["value"], &answer["values"]["b/db"]["value_base64"]),
        (&json!("1"), &json!("AA=="))
    );
}

#[tokio::test]
async fn a_file_is_answered_with_its_path() {
    let server = FaultServer::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    server.put_object("s3://bucket/model.bin", &b"content"[..]);
    let agent = Agent::start(&server, &[("LAMBDA_CACHE_DIR", folder.path().to_str().unwrap())]).await;
    let answer = agent.get("/s3/get?uri=s3://bucket/model.bin").await.json();
    assert_eq!(std::fs::read(answer["path"].as_str().unwrap()).unwrap(), b"content");
}

#[tokio::test]
async fn ages_can_be_given_with_a_request() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "old");
    let agent = Agent::start(&server, &[]).await;
    agent.get("/ssm/get?name=/a").await;
    server.put_parameter("/a", "new");
    assert_eq!(agent.get("/ssm/get?name=/a&max_age_in_seconds=60").await.json()["value"], "old");
    assert_eq!(agent.get("/ssm/get?name=/a&max_age_in_seconds=0").await.json()["value"], "new");
    assert_eq!(agent.get("/ssm/get?name=/a&max_age_in_seconds=-1").await.status, 400);
}

#[tokio::test]
async fn invalidated_entries_are_fetched_again() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    server.put_secret("s", "x");
    let agent = Agent::start(&server, &[]).await;
    for target in ["name=/a", "secretId=s", "all=true"] {
        agent.get("/ssm/get?name=/a").await;
        agent.get("/v1/s").await;
        let before = server.counts().requests;
        assert_eq!(post(&agent, &format!("/invalidate?{target}")).await, 200);
        agent.get("/ssm/get?name=/a").await;
        agent.get("/v1/s").await;
        assert_eq!(server.counts().requests - before, if target == "all=true" { 2 } else { 1 }, "{target}");
    }
    assert_eq!(post(&agent, "/invalidate").await, 400);
    assert_eq!(agent.get("/invalidate?all=true").await.status, 405);
}

#[tokio::test]
async fn statistics_are_json_or_prometheus_text() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "c4n4ry");
    let agent = Agent::start(&server, &[]).await;
    for _ in 0..3 {
        agent.get("/ssm/get?name=/a").await;
    }
    let stats = agent.get("/stats").await;
    let entry = &stats.json()["entries"][0];
    assert_eq!((&entry["key"], &entry["hits"], &entry["misses"]), (&json!("ssm parameter /a"), &json!(2), &json!(1)));
    let headers = [(TOKEN_HEADER, TOKEN), ("Accept", "text/plain;version=0.0.4")];
    let text = agent.send(Method::GET, "/stats", &headers, "").await;
    assert!(text.body.contains("lambda_cache_hits_total{entry=\"ssm parameter /a\"} 2\n"), "{}", text.body);
    assert!(!text.body.contains("c4n4ry") && !stats.body.contains("c4n4ry"));
}

#[tokio::test]
async fn unknown_parameters_are_refused() {
    let server = FaultServer::start().await.unwrap();
    let agent = Agent::start(&server, &[]).await;
    for path in [
        "/ssm/get?nmae=/a",
        "/ssm/get",
        "/ssm/get?name=/a&path=/b",
        "/secretsmanager/value?id=s",
        "/s3/get?url=s3://b/k",
    ] {
        let answer = agent.get(path).await;
        assert_eq!((answer.status, &answer.json()["__type"]), (400, &json!("ValidationException")), "{path}");
    }
}
