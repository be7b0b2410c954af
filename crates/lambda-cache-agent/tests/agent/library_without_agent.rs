//! The library behind an agent that is dead, silent, old or another program: AWS is asked, and a warning says so once.

use std::sync::{Arc, Mutex};

use fault_server::FaultServer;
use lambda_cache::{
    __binding::{backend::Document, engine::MaxAge, freshness::FreshnessOptions},
    Cached, Value,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{
    library::{Library, SECOND, parameter, url},
    support::{Agent, TOKEN, command},
};

/// A program at an agent's port, which answers each request with this text, or never.
struct Impostor {
    url: String,
    /// The first line of each request.
    requests: Arc<Mutex<Vec<String>>>,
}

impl Impostor {
    async fn start(answer: Option<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            let mut silent = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                let Some(answer) = &answer else {
                    silent.push(stream); // open, and never read
                    continue;
                };
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let Ok(byte) = stream.read_u8().await else { break };
                    head.push(byte);
                }
                let line = String::from_utf8_lossy(&head).lines().next().unwrap_or_default().to_owned();
                seen.lock().unwrap().push(line);
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self { url, requests }
    }

    async fn answering(status: u16, body: &str) -> Self {
        let length = body.len();
        let answer = format!("HTTP/1.1 {status} Status\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
        Self::start(Some(answer)).await
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn server() -> FaultServer {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    server
}

/// Reads twice through the agent, and returns the only warning.
async fn warning(server: &FaultServer, library: &Library) -> String {
    assert_eq!(library.text(&parameter("/a")).await, "x");
    let warning = library.api.take_warning().expect("there is no warning");
    library.clock.advance(SECOND);
    assert_eq!(library.text_within(&parameter("/a"), MaxAge::ZERO).await, "x");
    assert_eq!((library.api.take_warning(), server.counts().requests), (None, 2));
    assert!(warning.contains("LAMBDA_CACHE_AGENT=off"), "{warning}");
    warning
}

#[tokio::test]
async fn a_dead_agent_costs_a_warning() {
    let server = server().await;
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap(); // closed at once
    let warning = warning(&server, &Library::new(&server, &format!("http://{port}"))).await;
    assert!(warning.contains("cannot be reached (Connection refused"), "{warning}");
}

#[tokio::test]
async fn an_agent_that_never_answers_costs_one_timeout() {
    let server = server().await;
    let agent = Impostor::start(None).await;
    let warning = warning(&server, &Library::new(&server, &agent.url)).await;
    assert!(warning.contains("did not answer within 1000 ms"), "{warning}");
}

#[tokio::test]
async fn an_agent_that_breaks_off_costs_a_warning() {
    let server = server().await;
    let agent = Impostor::start(Some("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"age_ns\":".to_owned())).await;
    let library = Library::new(&server, &agent.url);
    assert_eq!(library.text(&parameter("/a")).await, "x");
    assert!(library.api.take_warning().is_some());
}

#[tokio::test]
async fn answers_of_other_programs_and_versions_are_not_used() {
    let unknown = r#"{"__type":"ValidationException","message":"unknown parameter form: this route has name"}"#;
    for (status, body, reason) in [
        (404, "Not found", "another program or version"),
        (400, unknown, "another program or version"),
        (200, "<html>c4n4ry</html>", "another program or version"),
        (200, r#"{"value": "c4n4ry", "age_in_seconds": 1.0}"#, "another program or version"),
        (200, r#"{"age_ns": 1, "until_wall_ns": null, "content": {"one": null}}"#, "another program or version"),
        (403, "Bad Token", "refused the token"),
        (429, "Connection limit exceeded", "answered HTTP 429"),
        (500, r#"{"__type":"InternalFailure"}"#, "answered HTTP 500"),
        (504, r#"{"__type":"TimeoutError","message":"x","failure":null}"#, "answered HTTP 504"),
    ] {
        let server = server().await;
        let agent = Impostor::answering(status, body).await;
        let warning = warning(&server, &Library::new(&server, &agent.url)).await;
        assert!(warning.contains(reason) && !warning.contains("c4n4ry"), "{warning}");
        assert_eq!(agent.requests().len(), 2, "{status} {body}");
    }
}

#[tokio::test]
async fn a_failing_agent_is_tried_once_a_second() {
    let server = server().await;
    let agent = Impostor::answering(500, "").await;
    let library = Library::new(&server, &agent.url);
    for (advance, tries) in [(0, 1), (0, 1), (SECOND - 1, 1), (1, 2), (0, 2), (SECOND, 3)] {
        library.clock.advance(advance);
        assert_eq!(library.text_within(&parameter("/a"), MaxAge::ZERO).await, "x");
        assert_eq!(agent.requests().len(), tries);
    }
}

#[tokio::test]
async fn an_agent_that_comes_back_is_used_again() {
    let server = server().await;
    let mut first = Agent::start(&server, &[]).await;
    let library = Library::behind(&server, &first);
    library.text(&parameter("/a")).await;
    first.terminate().await;
    assert_eq!(library.text_within(&parameter("/a"), MaxAge::ZERO).await, "x");
    assert!(library.api.take_warning().is_some());
    let (_, port) = first.address.rsplit_once(':').unwrap();
    let aws = server.http_url();
    let variables = [
        ("AWS_ENDPOINT_URL", &*aws),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "testing"),
        ("AWS_TOKEN", TOKEN),
    ];
    let second = Agent::spawn(command(&["serve", "--port", port], &variables)).await;
    library.clock.advance(SECOND);
    assert_eq!(library.text_within(&parameter("/a"), MaxAge::ZERO).await, "x");
    let stats = second.get("/stats").await.json();
    assert_eq!((&stats["entries"][0]["misses"], server.counts().requests), (&1.into(), 3));
}

#[tokio::test]
async fn an_agent_of_another_region_is_not_asked_for_values() {
    let server = server().await;
    let agent = Agent::start(&server, &[("AWS_REGION", "us-east-1")]).await;
    let warning = warning(&server, &Library::behind(&server, &agent)).await;
    assert!(warning.contains("another Region"), "{warning}");
}

#[tokio::test]
async fn a_wrong_token_is_shown_nowhere() {
    let server = server().await;
    let agent = Agent::start(&server, &[]).await;
    for token in ["c4n4ry", "c4n4ry\u{7f}", "file:///none/c4n4ry"] {
        let library = Library::with_token(&server, &url(&agent), token);
        assert_eq!(library.text(&parameter("/a")).await, "x");
        let warning = library.api.take_warning().unwrap();
        assert!(warning.to_lowercase().contains("token") && !warning.contains("c4n4ry"), "{warning}");
    }
}

#[tokio::test]
async fn an_age_counts_from_the_agents_fetch() {
    let server = server().await;
    let entry = Cached::from(Value::from("theirs"));
    let document = serde_json::to_string(&Document::of(&entry, 50_000_000_000, None)).unwrap();
    let agent = Impostor::answering(200, &document).await;
    let library = Library::new(&server, &agent.url);
    for (advance, requests) in [(0, 1), (9, 1), (1, 2)] {
        library.clock.advance(advance * SECOND);
        assert_eq!(library.text(&parameter("/a")).await, "theirs");
        assert_eq!(agent.requests().len(), requests);
    }
    assert!(agent.requests()[0].contains("max_age_in_seconds=60.000000000&"), "{:?}", agent.requests());
    assert_eq!(server.counts().requests, 0);
}

#[tokio::test]
async fn a_date_of_expiry_reaches_the_library() {
    let server = server().await;
    let until = u64::MAX - 1;
    let entry = Cached::from(Value::from("theirs"));
    let document = serde_json::to_string(&Document::of(&entry, 0, Some(until))).unwrap();
    let agent = Impostor::answering(200, &document).await;
    for max_age in [MaxAge::ZERO, MaxAge::DEFAULT] {
        let library = Library::new(&server, &agent.url);
        library.text_within(&parameter("/a"), max_age).await;
        let entry = library.cache.hit(&parameter("/a"), FreshnessOptions::default()).unwrap();
        assert_eq!(entry.until_wall_ns(), Some(until));
    }
}

#[tokio::test]
async fn a_value_that_is_too_old_is_asked_for_anew() {
    let server = server().await;
    let entry = Cached::from(Value::from("theirs"));
    let document = serde_json::to_string(&Document::of(&entry, 60_000_000_000, None)).unwrap();
    let agent = Impostor::answering(200, &document).await;
    let library = Library::new(&server, &agent.url);
    library.text(&parameter("/a")).await;
    let requests = agent.requests();
    assert!(requests.len() == 2 && requests[1].contains("max_age_in_seconds=0.000000000&"), "{requests:?}");
}
