//! The agent as a Lambda extension, with a server of Lambda's API for extensions.

use std::{collections::VecDeque, sync::Arc};

use bytes::Bytes;
use fault_server::FaultServer;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    sync::{Mutex, Notify},
};

use crate::support::{Agent, TOKEN, command, run};

/// A request of the extension: its path, its identifier or name, and its body.
#[derive(Clone, Debug, PartialEq)]
struct Seen(String, String, Value);

/// The API. `next` is answered when the environment is to end.
#[derive(Default)]
struct LambdaApi {
    seen: Mutex<VecDeque<Seen>>,
    arrived: Notify,
    end: Notify,
    refuses: bool,
}

impl LambdaApi {
    async fn start(self) -> (Arc<Self>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let api = Arc::new(self);
        let serving = Arc::clone(&api);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let api = Arc::clone(&serving);
                let answer = service_fn(move |request| {
                    let api = Arc::clone(&api);
                    async move { Ok::<_, std::convert::Infallible>(api.answer(request).await) }
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
            }
        });
        (api, address)
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let who = header("lambda-extension-identifier").or_else(|| header("lambda-extension-name")).unwrap_or_default();
        let path = request.uri().path().trim_start_matches("/2020-01-01/extension").to_owned();
        let body = request.into_body().collect().await.unwrap().to_bytes();
        self.seen.lock().await.push_back(Seen(path.clone(), who, serde_json::from_slice(&body).unwrap_or_default()));
        self.arrived.notify_one();
        if path == "/event/next" {
            self.end.notified().await;
        }
        let event = json!({"eventType": "SHUTDOWN", "shutdownReason": "SPINDOWN", "deadlineMs": 1}).to_string();
        let answer = Response::builder().header("Lambda-Extension-Identifier", "the-id");
        let status = if self.refuses { StatusCode::FORBIDDEN } else { StatusCode::OK };
        answer.status(status).body(Full::new(event.into())).unwrap()
    }

    async fn next(&self) -> Seen {
        loop {
            if let Some(seen) = self.seen.lock().await.pop_front() {
                return seen;
            }
            self.arrived.notified().await;
        }
    }
}

/// Returns a port that is free now.
async fn free_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port().to_string()
}

#[tokio::test]
async fn the_extension_answers_in_the_init_phase() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    server.put_secret("s", "y");
    let (api, address) = LambdaApi::default().start().await;
    let (port, url) = (free_port().await, server.http_url());
    let variables = [
        ("AWS_LAMBDA_RUNTIME_API", &*address),
        ("PARAMETERS_SECRETS_EXTENSION_HTTP_PORT", &*port),
        ("AWS_ENDPOINT_URL", &*url),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "testing"),
        ("AWS_SESSION_TOKEN", TOKEN),
        ("LAMBDA_CACHE_AGENT_PREFETCH_SECRETS", "s"),
    ];
    let child = command(&[], &variables).spawn().unwrap();
    let mut agent = Agent::of(format!("127.0.0.1:{port}"), child);
    let registered = Seen("/register".to_owned(), "lambda-cache-agent".to_owned(), json!({"events": ["SHUTDOWN"]}));
    assert_eq!(api.next().await, registered);
    // The function runs from here on: the port is open.
    assert_eq!(agent.get("/systemsmanager/parameters/get?name=/a").await.json()["Parameter"]["Value"], "x");
    let secret = agent.get("/secretsmanager/get?secretId=s").await.json();
    assert_eq!((&secret["SecretString"], &secret["ResultMetadata"]), (&json!("y"), &json!({})));
    assert_eq!(server.requests("s").len(), 1, "the prefetch is shared");
    assert_eq!(api.next().await, Seen("/event/next".to_owned(), "the-id".to_owned(), Value::Null));
    api.end.notify_one();
    assert!(agent.wait().await.success());
}

#[tokio::test]
async fn an_extension_that_cannot_start_reports_the_reason() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let cases = [
        ("PARAMETERS_SECRETS_EXTENSION_HTTP_PORT", &*port, "cannot listen on 127.0.0.1"),
        ("SECRETS_MANAGER_TTL", "soon", "SECRETS_MANAGER_TTL=\"soon\" is not"),
    ];
    for (name, value, reason) in cases {
        let (api, address) = LambdaApi::default().start().await;
        let variables = [("AWS_LAMBDA_RUNTIME_API", &*address), ("AWS_SESSION_TOKEN", TOKEN), (name, value)];
        let (code, _, errors) = run(command(&[], &variables)).await;
        assert!(code == 1 && errors.contains(reason), "{errors}");
        assert_eq!(api.next().await.0, "/register");
        let Seen(path, identifier, body) = api.next().await;
        assert_eq!((&*path, &*identifier), ("/init/error", "the-id"));
        assert!(body["errorMessage"].as_str().unwrap().contains(reason), "{body}");
    }
}

#[tokio::test]
async fn an_extension_that_is_refused_ends_with_a_sentence() {
    let (_api, address) = LambdaApi { refuses: true, ..LambdaApi::default() }.start().await;
    let port = free_port().await;
    let variables = [
        ("AWS_LAMBDA_RUNTIME_API", &*address),
        ("AWS_SESSION_TOKEN", TOKEN),
        ("PARAMETERS_SECRETS_EXTENSION_HTTP_PORT", &*port),
    ];
    let (code, _, errors) = run(command(&[], &variables)).await;
    assert!(code == 1 && errors.contains("refused /register: 403"), "{errors}");
}
