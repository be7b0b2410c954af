//! The calls to AWS: one for all callers of a key, and a number of different ones at a time.

use fault_server::{Fault, FaultServer, Times};
use futures_util::future::join_all;

use crate::support::Agent;

#[tokio::test]
async fn simultaneous_callers_of_one_key_share_one_request() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    server.fault("/a", Fault::Latency { milliseconds: 200 }, Times::ALWAYS);
    let agent = Agent::start(&server, &[]).await;
    let answers = join_all((0..64).map(|_| agent.get("/ssm/get?name=/a"))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(server.counts().requests, 1);
}

#[tokio::test]
async fn different_keys_are_fetched_ten_at_a_time() {
    let server = FaultServer::start().await.unwrap();
    for index in 0..40 {
        server.put_parameter(format!("/p{index}"), "x");
        server.fault(format!("/p{index}"), Fault::Latency { milliseconds: 200 }, Times::ALWAYS);
    }
    let agent = Agent::start(&server, &[]).await;
    let answers = join_all((0..40).map(|index| {
        let agent = &agent;
        async move { agent.get(&format!("/ssm/get?name=/p{index}")).await }
    }));
    assert!(answers.await.iter().all(|answer| answer.status == 200));
    let counts = server.counts();
    assert!(counts.requests == 40 && (2..=10).contains(&counts.most_at_once), "{counts:?}");
}

#[tokio::test]
async fn the_extensions_timeout_ends_a_call() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    server.fault("/a", Fault::Silence, Times::ALWAYS);
    let agent = Agent::start(&server, &[("SSM_PARAMETER_STORE_TIMEOUT_MILLIS", "50")]).await;
    let answer = agent.get("/systemsmanager/parameters/get?name=/a").await;
    assert!(answer.status == 504 && answer.body.contains("50 ms"), "{answer:?}");
}
