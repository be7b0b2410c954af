//! A cache with a given `SdkConfig`, over HTTP, against a server that sends the answers given by a test.
#![cfg(feature = "ssm")]

use std::{
    collections::HashMap,
    error::Error as _,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use aws_config::{BehaviorVersion, Region, SdkConfig, timeout::TimeoutConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use lambda_cache::{Cache, Error, ErrorKind, ssm};

const CANARY: &str = "c4n4ry-0f-the-secret";
const FOUND: (u16, &str) = (200, r#"{"Parameter": {"Name": "/app/var", "Type": "String", "Value": "x"}}"#);

/// A server on this machine that sends one answer to every request and keeps the heads of the requests.
#[derive(Clone)]
struct Server {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(status: u16, body: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self { address: listener.local_addr().unwrap(), heads: Arc::default() };
        let heads = Arc::clone(&server.heads);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let heads = Arc::clone(&heads);
                thread::spawn(move || serve(&stream.unwrap(), status, body, &heads));
            }
        });
        server
    }

    fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

/// Answers the requests of one connection. Status 0 means no answer.
fn serve(mut stream: &TcpStream, status: u16, body: &str, heads: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).unwrap_or(0) == 0 {
                return;
            }
        }
        let length = head.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        reader.read_exact(&mut vec![0; length.unwrap_or(0)]).unwrap();
        heads.lock().unwrap().push(head);
        if status != 0 {
            let length = body.len();
            write!(stream, "HTTP/1.1 {status} \r\nx-amzn-requestid: r-1\r\ncontent-length: {length}\r\n\r\n{body}")
                .unwrap();
        }
    }
}

/// Returns a minimal configuration.
fn config(server: &Server) -> aws_types::sdk_config::Builder {
    let credentials = Credentials::new("AKIDOWN", "secret", None, None, "test");
    SdkConfig::builder()
        .endpoint_url(server.endpoint())
        .region(Region::new("eu-south-2"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
}

fn cache(server: &Server) -> Cache {
    Cache::builder().sdk_config(&config(server).build()).build()
}

async fn get(cache: &Cache) -> Result<String, Error> {
    cache.ssm().get_entry("/app/var").refresh().await
}

#[tokio::test]
async fn the_configurations_region_credentials_and_endpoint_are_used() {
    let server = Server::start(FOUND.0, FOUND.1);
    assert_eq!(get(&cache(&server)).await.unwrap(), "x");
    let [head] = &server.heads()[..] else { panic!("not one request") };
    assert!(head.contains("AKIDOWN") && head.contains("/eu-south-2/ssm/"), "{head}");
}

#[tokio::test]
async fn attributes_use_the_configuration() {
    #[ssm::cache(parameter = "/app/var", cache = cache)]
    async fn handler(cache: &Cache, var: String) -> Result<String, Error> {
        Ok(var)
    }
    let server = Server::start(FOUND.0, FOUND.1);
    let cache = cache(&server);
    for _ in 0..3 {
        assert_eq!(handler(&cache).await.unwrap(), "x");
    }
    assert_eq!(server.heads().len(), 1);
}

#[test]
fn a_cache_outlives_the_runtime_of_its_connections() {
    let server = Server::start(FOUND.0, FOUND.1);
    let cache = cache(&server);
    for _ in 0..3 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        assert_eq!(runtime.block_on(get(&cache)).unwrap(), "x");
    }
    assert_eq!(server.heads().len(), 3);
}

#[tokio::test]
async fn a_configuration_without_a_region_is_reported() {
    let server = Server::start(FOUND.0, FOUND.1);
    let config = config(&server).region(None).build();
    let error = get(&Cache::builder().sdk_config(&config).build()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("Region"), "{error}");
}

#[tokio::test]
async fn the_configurations_time_outs_apply() {
    let server = Server::start(0, "");
    let timeouts = TimeoutConfig::builder().operation_timeout(Duration::from_millis(50)).build();
    let config = config(&server).behavior_version(BehaviorVersion::latest()).timeout_config(timeouts).build();
    let error = get(&Cache::builder().sdk_config(&config).build()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
}

#[tokio::test]
async fn an_error_has_awss_message_but_not_an_unreadable_body() {
    let refusal = r#"{"__type": "AccessDeniedException", "message": "not allowed"}"#;
    let error = get(&cache(&Server::start(400, refusal))).await.unwrap_err();
    assert!(error.is_access_denied());
    let failure = error.aws_failure().unwrap();
    assert_eq!(
        (failure.operation, &*failure.code, &*failure.message),
        ("GetParameter", "AccessDeniedException", "not allowed")
    );
    assert_eq!((failure.request_id.as_deref(), failure.status), (Some("r-1"), Some(400)));
    for part in ["/app/var", "eu-south-2", "not allowed", "ssm:GetParameter"] {
        assert!(error.to_string().contains(part), "{error}");
    }
    for (status, body) in [
        (200, r#"{"Parameter": {"Value": "c4n4ry-0f-the-secret""#),
        (200, r#"{"Parameter": "c4n4ry-0f-the-secret"}"#),
        (500, r#"{"Parameter": {"Value": "c4n4ry-0f-the-secret"}}"#),
    ] {
        assert!(body.contains(CANARY));
        let error = get(&cache(&Server::start(status, body))).await.unwrap_err();
        assert!(error.source().is_none());
        let shown = format!("{error} {error:?} {error:#?} {:?}", error.aws_failure());
        assert!(!shown.contains("c4n4ry"), "{shown}");
    }
}

#[tokio::test]
async fn an_infinite_time_out_is_accepted() {
    let server = Server::start(400, r#"{"__type": "ValidationException"}"#);
    let endless = TimeoutConfig::builder()
        .connect_timeout(Duration::MAX)
        .read_timeout(Duration::MAX)
        .operation_timeout(Duration::MAX)
        .build();
    let cache = Cache::builder().sdk_config(&config(&server).timeout_config(endless).build()).build();
    assert_eq!(get(&cache).await.unwrap_err().kind(), ErrorKind::Rejected);
    assert_eq!(server.heads().len(), 1);
}

#[tokio::test]
async fn repeated_next_token_is_an_error() {
    let page = r#"{"Parameters": [{"Name": "/app/a", "Type": "String", "Value": "x"}], "NextToken": "again"}"#;
    let server = Server::start(200, page);
    let below = ssm::path("/app");
    let error = cache(&server).ssm().get_entry::<HashMap<String, String>, _>(below).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
    assert!(error.to_string().contains("repeats a NextToken"), "{error}");
    assert_eq!(server.heads().len(), 2, "asked until the token came a second time");
}

#[cfg(feature = "s3")]
mod with_an_http_client_of_ones_own {
    use aws_smithy_runtime_api::{
        client::{
            http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
            orchestrator::{HttpRequest, HttpResponse},
            runtime_components::RuntimeComponents,
        },
        http::StatusCode,
    };
    use aws_smithy_types::body::SdkBody;
    use bytes::Bytes;
    use futures_util::stream;
    use http_body_util::StreamBody;
    use hyper::body::Frame;

    use super::*;

    /// Answers immediately with a body that never continues.
    #[derive(Clone, Debug)]
    struct Stalling;

    impl HttpConnector for Stalling {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            let body = StreamBody::new(stream::pending::<Result<Frame<Bytes>, std::io::Error>>());
            let status = StatusCode::try_from(200).unwrap();
            HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from_body_1_x(body))))
        }
    }

    impl HttpClient for Stalling {
        fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
            SharedHttpConnector::new(self.clone())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stalled_body_times_out() {
        let server = Server::start(200, "");
        let dir = tempfile::tempdir().unwrap();
        let config = config(&server).http_client(Stalling).build();
        let cache = Cache::builder().sdk_config(&config).dir(dir.path()).build();
        let began = tokio::time::Instant::now();
        let error = cache.s3().get_entry::<std::path::PathBuf>("s3://bucket/key").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        assert!(error.to_string().contains("stood still for 3s"), "{error}");
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    }
}
