//! The daemon: local values, its Unix socket, prefetching, and its end.

use std::{fs, os::unix::fs::PermissionsExt};

use fault_server::FaultServer;
use serde_json::json;
use tokio::net::UnixStream;

use crate::support::{Agent, TOKEN, TOKEN_HEADER, command, send_on};

#[tokio::test]
async fn local_values_need_no_aws() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("values.toml");
    fs::write(&file, "[ssm]\n\"/app/var\" = \"x\"\n[secrets]\n\"prod/db\" = \"y\"\n").unwrap();
    let arguments = ["serve", "--port", "0", "--local", file.to_str().unwrap()];
    let agent = Agent::spawn(command(&arguments, &[("AWS_TOKEN", TOKEN)])).await;
    let parameter = agent.get("/systemsmanager/parameters/get?name=/app/var").await.json();
    assert_eq!((&parameter["Parameter"]["Value"], &parameter["Parameter"]["Version"]), (&json!("x"), &json!(1)));
    assert_eq!(agent.get("/v1/prod/db").await.json()["SecretString"], "y");
    assert_eq!(agent.get("/ssm/get?name=/none").await.status, 400);
}

#[tokio::test]
async fn a_unix_socket_is_for_its_user_alone() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("agent.sock");
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap()); // as a killed agent leaves it
    let mut agent = Agent::start(&server, &[("LAMBDA_CACHE_AGENT_SOCKET", path.to_str().unwrap())]).await;
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let stream = UnixStream::connect(&path).await.unwrap();
    let headers = [(TOKEN_HEADER, TOKEN), ("Host", "localhost")];
    let answer = send_on(stream, http::Method::GET, "/ssm/get?name=/a", &headers, "").await;
    assert_eq!(answer.json()["value"], "x");
    let status = agent.terminate().await;
    assert!(status.success() && !path.exists(), "{status}");
}

#[tokio::test]
async fn named_values_are_prefetched() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    let agent = Agent::start(&server, &[("LAMBDA_CACHE_AGENT_PREFETCH_PARAMETERS", "/a, /none")]).await;
    agent.get("/ssm/get?name=/a").await; // it joins the fetch that began at the start
    let requests = |name| server.requests(name).len();
    assert_eq!(requests("/a"), 1);
}
