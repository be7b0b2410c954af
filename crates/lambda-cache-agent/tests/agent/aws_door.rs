//! AWS's own protocol, asked by the SDK for Rust.

use aws_sdk_secretsmanager::error::ProvideErrorMetadata;
use aws_sdk_ssm::operation::RequestId;
use aws_types::SdkConfig;
use fault_server::{Fault, FaultServer, Times};
use futures_util::future::join_all;
use lambda_cache::__binding::aws::{Aws, Order};

use crate::support::{Agent, TOKEN, TOKEN_HEADER, command};

/// Returns the configuration of a function whose endpoint is the agent.
pub(crate) fn config(agent: &Agent, variables: &[(&str, &str)]) -> SdkConfig {
    let url = format!("http://{}", agent.address);
    let defaults = [
        ("AWS_ENDPOINT_URL", url.as_str()),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "testing"),
        ("AWS_MAX_ATTEMPTS", "1"),
        ("HOME", "/nonexistent"),
    ];
    let defaults = defaults.iter().filter(|(name, _)| !variables.iter().any(|(other, _)| other == name));
    let all = defaults.chain(variables).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Aws::with_variables(all, Order::Sdk).sdk_config().unwrap()
}

fn ssm(agent: &Agent) -> aws_sdk_ssm::Client {
    aws_sdk_ssm::Client::new(&config(agent, &[]))
}

fn secrets_manager(agent: &Agent) -> aws_sdk_secretsmanager::Client {
    aws_sdk_secretsmanager::Client::new(&config(agent, &[]))
}

#[tokio::test]
async fn a_parameter_is_answered_as_by_aws() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    let agent = Agent::start(&server, &[]).await;
    let direct = aws_sdk_ssm::Client::new(&config(&agent, &[("AWS_ENDPOINT_URL", &server.http_url())]));
    let expected = direct.get_parameter().name("/a").send().await.unwrap();
    for _ in 0..3 {
        let answer = ssm(&agent).get_parameter().name("/a").send().await.unwrap();
        assert_eq!(answer.parameter(), expected.parameter());
        assert!(answer.request_id().is_some());
    }
    assert_eq!(server.counts().requests, 2);
    ssm(&agent).get_parameter().name("/a").with_decryption(true).send().await.unwrap();
    assert_eq!(server.counts().requests, 3, "a decrypted value is another entry");
}

#[tokio::test]
async fn the_names_of_a_list_are_cached_one_by_one() {
    let server = FaultServer::start().await.unwrap();
    for name in ["/a", "/b", "/c"] {
        server.put_parameter(name, name);
    }
    let agent = Agent::start(&server, &[]).await;
    let client = ssm(&agent);
    client.get_parameter().name("/a").send().await.unwrap();
    let answer = client.get_parameters().names("/b").names("/none").names("/a").names("/c").send().await.unwrap();
    let found: Vec<_> = answer.parameters().iter().map(|one| (one.name().unwrap(), one.value().unwrap())).collect();
    assert_eq!(found, [("/b", "/b"), ("/a", "/a"), ("/c", "/c")]);
    assert_eq!(answer.invalid_parameters(), ["/none"]);
    let requests = server.requests("/b");
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].resources, ["/b", "/none", "/c"]);
    client.get_parameter().name("/b").send().await.unwrap();
    client.get_parameters().names("/c").names("/a").send().await.unwrap();
    assert_eq!(server.counts().requests, 2);
}

#[tokio::test]
async fn a_path_is_read_once_for_all_its_pages() {
    let server = FaultServer::start().await.unwrap();
    let names: Vec<_> = (0..23).map(|index| format!("/app/p{index:02}")).collect();
    for name in &names {
        server.put_parameter(name, "x");
    }
    let agent = Agent::start(&server, &[]).await;
    for _ in 0..2 {
        let mut pages = ssm(&agent).get_parameters_by_path().path("/app").max_results(7).into_paginator().send();
        let (mut sizes, mut found) = (Vec::new(), Vec::new());
        while let Some(page) = pages.next().await {
            let page = page.unwrap();
            sizes.push(page.parameters().len());
            found.extend(page.parameters().iter().map(|one| one.name().unwrap().to_owned()));
        }
        assert_eq!((sizes, &found), (vec![7, 7, 7, 2], &names));
    }
    assert_eq!(server.counts().requests, 3, "ten a page");
    let empty = ssm(&agent).get_parameters_by_path().path("/none").send().await.unwrap();
    assert_eq!((empty.parameters().len(), empty.next_token()), (0, None));
}

#[tokio::test]
async fn secrets_are_answered_as_by_aws() {
    let server = FaultServer::start().await.unwrap();
    server.put_secret("text", "pa55");
    server.put_secret_binary("binary", b"\0\xff".as_slice());
    let agent = Agent::start(&server, &[]).await;
    let direct = aws_sdk_secretsmanager::Client::new(&config(&agent, &[("AWS_ENDPOINT_URL", &server.http_url())]));
    let client = secrets_manager(&agent);
    for id in ["text", "binary"] {
        let expected = direct.get_secret_value().secret_id(id).send().await.unwrap();
        let answer = client.get_secret_value().secret_id(id).send().await.unwrap();
        assert_eq!(answer.secret_string(), expected.secret_string());
        assert_eq!(answer.secret_binary(), expected.secret_binary());
        assert_eq!((answer.arn(), answer.name()), (expected.arn(), expected.name()));
        assert_eq!((answer.version_id(), answer.created_date()), (expected.version_id(), expected.created_date()));
        assert_eq!(answer.version_stages(), expected.version_stages());
    }
    let ids = ["binary", "none", "text"].map(str::to_owned);
    let batch = client.batch_get_secret_value().set_secret_id_list(Some(ids.to_vec())).send().await.unwrap();
    let found: Vec<_> = batch.secret_values().iter().map(|one| one.name().unwrap()).collect();
    assert_eq!(found, ["binary", "text"]);
    let [error] = batch.errors() else { panic!("{batch:?}") };
    assert_eq!((error.secret_id(), error.error_code()), (Some("none"), Some("ResourceNotFoundException")));
    assert_eq!(server.counts().requests, 5, "two direct ones, and one for each secret");
}

#[tokio::test]
async fn errors_are_those_of_aws() {
    let server = FaultServer::start().await.unwrap();
    let agent = Agent::start(&server, &[]).await;
    let error = ssm(&agent).get_parameter().name("/none").send().await.unwrap_err();
    assert!(error.request_id().is_some());
    assert!(error.into_service_error().is_parameter_not_found());
    let error = secrets_manager(&agent).get_secret_value().secret_id("none").send().await.unwrap_err();
    let error = error.into_service_error();
    assert!(error.is_resource_not_found_exception() && error.message().is_some(), "{error:?}");
}

#[tokio::test]
async fn simultaneous_sdks_share_one_request() {
    let server = FaultServer::start().await.unwrap();
    for name in ["/a", "/b"] {
        server.put_parameter(name, "x");
        server.fault(name, Fault::Latency { milliseconds: 300 }, Times::ALWAYS);
    }
    let agent = Agent::start(&server, &[]).await;
    let client = ssm(&agent);
    let one = join_all((0..64).map(|_| client.get_parameter().name("/a").send()));
    assert!(one.await.iter().all(Result::is_ok));
    assert_eq!(server.counts().requests, 1);
    let lists = join_all((0..64).map(|_| client.get_parameters().names("/a").names("/b").send()));
    assert!(lists.await.iter().all(|answer| answer.as_ref().is_ok_and(|answer| answer.parameters().len() == 2)));
    assert_eq!(server.counts().requests, 2);
}

#[tokio::test]
async fn other_credentials_are_refused() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    let agent = Agent::start(&server, &[]).await;
    ssm(&agent).get_parameter().name("/a").send().await.unwrap();
    let cases = [
        (("AWS_ACCESS_KEY_ID", "other"), "UnrecognizedClientException", "own credentials"),
        (("AWS_SECRET_ACCESS_KEY", "other"), "InvalidSignatureException", "does not match"),
        (("AWS_SESSION_TOKEN", "other"), "UnrecognizedClientException", "own credentials"),
    ];
    for (variable, code, words) in cases {
        let client = aws_sdk_ssm::Client::new(&config(&agent, &[variable]));
        let error = client.get_parameter().name("/a").send().await.unwrap_err().into_service_error();
        assert_eq!(error.code(), Some(code), "{variable:?}");
        assert!(error.message().unwrap().contains(words), "{error:?}");
    }
    assert_eq!(server.counts().requests, 1);
}

#[tokio::test]
async fn a_session_token_is_verified() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    let agent = Agent::start(&server, &[("AWS_SESSION_TOKEN", "the-session")]).await;
    let asked = |token| {
        let client = aws_sdk_ssm::Client::new(&config(&agent, &[("AWS_SESSION_TOKEN", token)]));
        async move { client.get_parameter().name("/a").send().await.is_ok() }
    };
    assert!(asked("the-session").await && !asked("the-sessioN").await && !asked("").await);
}

#[tokio::test]
async fn replaced_credentials_verify_beside_the_old_ones() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("credentials");
    let write = |key, secret| {
        let text = format!("[default]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n");
        std::fs::write(&file, text).unwrap();
    };
    write("testing", "testing");
    let url = server.http_url();
    let variables = [
        ("AWS_ENDPOINT_URL", url.as_str()),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_TOKEN", TOKEN),
        ("AWS_SHARED_CREDENTIALS_FILE", file.to_str().unwrap()),
    ];
    let agent = Agent::spawn(command(&["serve", "--port", "0"], &variables)).await;
    ssm(&agent).get_parameter().name("/a").send().await.unwrap();
    write("second", "its secret");
    let second = [("AWS_ACCESS_KEY_ID", "second"), ("AWS_SECRET_ACCESS_KEY", "its secret")];
    let client = aws_sdk_ssm::Client::new(&config(&agent, &second));
    client.get_parameter().name("/a").send().await.unwrap();
    ssm(&agent).get_parameter().name("/a").send().await.unwrap();
    assert_eq!(server.counts().requests, 1);
}

#[tokio::test]
async fn other_operations_pass_through_and_keep_their_answers() {
    let server = FaultServer::start().await.unwrap();
    server.put_secret("s", "x");
    let agent = Agent::start(&server, &[]).await;
    let client = secrets_manager(&agent);
    for _ in 0..2 {
        assert_eq!(client.describe_secret().secret_id("s").send().await.unwrap().name(), Some("s"));
    }
    let error = client.describe_secret().secret_id("none").send().await.unwrap_err().into_service_error();
    assert!(error.is_resource_not_found_exception(), "{error:?}");
    assert_eq!((server.counts().requests, server.counts().refused_signatures), (3, 0));
}

#[tokio::test]
async fn another_region_is_never_answered_from_the_cache() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    let agent = Agent::start(&server, &[]).await;
    let client = aws_sdk_ssm::Client::new(&config(&agent, &[("AWS_REGION", "us-east-1")]));
    for _ in 0..2 {
        client.get_parameter().name("/a").send().await.unwrap();
    }
    let regions: Vec<_> = server.requests("/a").into_iter().map(|seen| seen.region.unwrap()).collect();
    assert_eq!(regions, ["us-east-1", "us-east-1"]);
}

#[tokio::test]
async fn a_write_forgets_its_entries_even_if_it_fails() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/app/a", "x");
    server.put_parameter("/app/b", "x");
    server.put_secret("prod/db", "x");
    let agent = Agent::start(&server, &[]).await;
    let (ssm, secrets_manager) = (ssm(&agent), secrets_manager(&agent));
    let read = async || {
        ssm.get_parameter().name("/app/a").send().await.unwrap();
        ssm.get_parameter().name("/app/b").send().await.unwrap();
        ssm.get_parameters_by_path().path("/app").send().await.unwrap();
        secrets_manager.get_secret_value().secret_id("prod/db").send().await.unwrap();
        (
            server.requests("/app/a").len(),
            server.requests("/app/b").len(),
            server.requests("/app").len(),
            server.requests("prod/db").len(),
        )
    };
    assert_eq!(read().await, (1, 1, 1, 1));
    // The fault server does not know these operations, so they fail after they were sent.
    assert!(ssm.put_parameter().name("/app/a").value("y").send().await.is_err());
    assert_eq!(read().await, (2, 1, 2, 1));
    let arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf";
    assert!(secrets_manager.put_secret_value().secret_id(arn).secret_string("y").send().await.is_err());
    assert_eq!(read().await, (2, 1, 2, 2));
    assert!(ssm.delete_parameters().names("/app/b").send().await.is_err());
    assert_eq!(read().await, (2, 2, 3, 2));
}

#[tokio::test]
async fn an_agent_never_asks_itself() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let itself = format!("http://localhost:{port}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config");
    std::fs::write(&file, format!("[default]\nendpoint_url = {itself}\n")).unwrap();
    let arguments = ["serve", "--port", &port];
    let url = server.http_url();
    let base = [
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "testing"),
        ("AWS_TOKEN", TOKEN),
        ("AWS_MAX_ATTEMPTS", "1"),
    ];
    // The variable is the function's, which the agent shares, and the agent has its own.
    let variables =
        [&base[..], &[("AWS_ENDPOINT_URL_SSM", &itself), ("LAMBDA_CACHE_AGENT_ENDPOINT_URL", &url)]].concat();
    let mut agent = Agent::spawn(command(&arguments, &variables)).await;
    assert_eq!(ssm(&agent).get_parameter().name("/a").send().await.unwrap().parameter().unwrap().value(), Some("x"));
    agent.terminate().await; // and its port is free again
    let variables = [&base[..], &[("AWS_CONFIG_FILE", file.to_str().unwrap())]].concat();
    let mut agent = Agent::spawn(command(&arguments, &variables)).await;
    let answer = agent.send(http::Method::GET, "/ssm/get?name=/a", &[(TOKEN_HEADER, TOKEN)], "").await;
    assert!(answer.status == 400 && answer.body.contains("the agent itself"), "{answer:?}");
    agent.terminate().await; // and its port is free again
    let variables = [&base[..], &[("LAMBDA_CACHE_AGENT_ENDPOINT_URL", &itself)]].concat();
    let (code, _, errors) = crate::support::run(command(&arguments, &variables)).await;
    assert!(code == 1 && errors.contains("is the agent itself"), "{errors}");
}
