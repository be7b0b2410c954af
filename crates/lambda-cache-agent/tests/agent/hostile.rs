//! Requests that no honest caller sends. Each is refused or closed, and the agent goes on.

use fault_server::FaultServer;
use http::Method;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{Agent, TOKEN, TOKEN_HEADER};

/// Sends raw bytes, and returns the beginning of the answer.
async fn answer_to(agent: &Agent, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(&*agent.address).await.unwrap();
    let _ = stream.write_all(bytes).await; // the agent may have refused before the end
    let _ = stream.shutdown().await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn malformed_requests_are_refused() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    let agent = Agent::start(&server, &[]).await;
    let long = "x".repeat(200_000);
    let cases = [
        "\0\0\0\0\r\n\r\n".to_owned(),
        "GET /ssm/get?name=/a HTTP/9.9\r\n\r\n".to_owned(),
        format!("GET /{long} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        format!("GET /ping HTTP/1.1\r\nHost: localhost\r\nX: {long}\r\n\r\n"),
        "GET /ping HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n".to_owned(),
    ];
    for case in &cases {
        let answer = answer_to(&agent, case.as_bytes()).await;
        let status = answer.get(9..12).unwrap_or_default();
        assert!(answer.is_empty() || status.starts_with('4'), "{case:.60}: {answer:.100}");
    }
    assert_eq!(agent.get("/ssm/get?name=/a").await.status, 200);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let server = FaultServer::start().await.unwrap();
    let agent = Agent::start(&server, &[]).await;
    let head = format!(
        "POST /invalidate HTTP/1.1\r\nHost: localhost\r\n{TOKEN_HEADER}: {TOKEN}\r\nContent-Length: 600000\r\n\r\n"
    );
    let answer = answer_to(&agent, &[head.as_bytes(), &vec![b'x'; 600_000]].concat()).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer:.100}");
}

#[tokio::test]
async fn connections_beyond_the_limit_are_refused_but_for_ping() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    let agent = Agent::start(&server, &[("LAMBDA_CACHE_AGENT_MAX_CONNECTIONS", "2")]).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(&*agent.address).await.unwrap();
        stream.write_all(b"GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
        stream.read_u8().await.unwrap();
        held.push(stream);
    }
    let refused = agent.get("/ssm/get?name=/a").await;
    assert_eq!((refused.status, &*refused.body), (429, "Connection limit exceeded"));
    assert_eq!(agent.send(Method::GET, "/ping", &[], "").await.status, 200);
    drop(held);
    // The agent notices the closed connections on its own.
    while agent.get("/ssm/get?name=/a").await.status == 429 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn odd_paths_and_queries_are_answered() {
    let server = FaultServer::start().await.unwrap();
    let agent = Agent::start(&server, &[]).await;
    for path in [
        "/v1/%00%ff",
        "/ssm/get?name=%ff%fe",
        "/ssm/get?name=%",
        "/ssm/get?&&==&",
        "//",
        "/v1/a:b:c?versionId=%0a",
        "/s3/get?uri=s3:///",
    ] {
        let answer = agent.get(path).await;
        assert!((400..500).contains(&answer.status), "{path}: {answer:?}");
    }
}
