//! The agent is frozen, as Lambda does it with everything in an environment, with real signals.

use std::time::Duration;

use bytes::Bytes;
use fault_server::{Fault, FaultServer, Times};
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::SendRequest;
use tokio::time::sleep;

use crate::support::{Agent, TOKEN, TOKEN_HEADER};

/// Without retries of the SDK, so that the agent survives by itself.
const VARIABLES: [(&str, &str); 3] = [
    ("AWS_MAX_ATTEMPTS", "1"),
    ("LAMBDA_CACHE_READ_TIMEOUT_IN_SECONDS", "0.3"),
    ("LAMBDA_CACHE_CALL_TIMEOUT_IN_SECONDS", "0.6"),
];
/// Longer than the limit of a call and the slack that a busy machine has.
const FREEZE: Duration = Duration::from_secs(2);

async fn ask(client: &mut SendRequest<Full<Bytes>>, name: &str) -> String {
    let request = Request::get(format!("/ssm/get?name={name}")).header("Host", "localhost").header(TOKEN_HEADER, TOKEN);
    let answer = client.send_request(request.body(Full::default()).unwrap()).await.unwrap();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.into()).unwrap()
}

#[tokio::test]
async fn a_connection_closed_during_a_freeze_costs_no_request() {
    let server = FaultServer::start().await.unwrap();
    for name in ["/a", "/b"] {
        server.put_parameter(name, "the value");
    }
    let agent = Agent::start(&server, &VARIABLES).await;
    let mut client = agent.connect().await;
    assert!(ask(&mut client, "/a").await.contains("the value"));
    agent.signal("STOP").await;
    server.close_idle().await;
    agent.signal("CONT").await;
    for name in ["/a", "/b"] {
        assert!(ask(&mut client, name).await.contains("the value"), "{name} on the client's kept connection");
    }
    assert_eq!((server.counts().requests, server.counts().connections), (2, 2));
}

#[tokio::test]
async fn a_request_in_flight_during_a_freeze_is_signed_again() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "the value");
    server.signature_limit(Duration::from_secs(1));
    server.fault("/a", Fault::Silence, Times::Times(1));
    let agent = Agent::start(&server, &VARIABLES).await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        clients.push(agent.connect().await);
    }
    let asking = async {
        let mut answers = Vec::new();
        for client in &mut clients {
            answers.push(ask(client, "/a"));
        }
        futures_util::future::join_all(answers).await
    };
    let freezing = async {
        while server.requests("/a").is_empty() {
            tokio::task::yield_now().await;
        }
        agent.signal("STOP").await;
        sleep(FREEZE).await; // the freeze itself
        agent.signal("CONT").await;
    };
    let (answers, ()) = tokio::join!(asking, freezing);
    assert!(answers.iter().all(|answer| answer.contains("the value")), "{answers:?}");
    assert_eq!((server.requests("/a").len(), server.counts().refused_signatures), (2, 0));
}
