//! The library behind the agent: what it answers is what AWS would have answered.

use std::sync::Arc;

use fault_server::{Fault, FaultServer, Times};
use lambda_cache::{
    __binding::{
        aws::{Aws, Order},
        backend::behind_agent,
        engine::{Clock, ManualClock, MaxAge},
        freshness::{FreshnessOptions, Setting},
        source::{
            Api, Names, Request,
            secrets_manager::{Secret, Version},
            ssm::Parameters,
        },
    },
    Cache, Error, ErrorKind, Metadata, Value,
};
use lambda_cache_names::Listed;

use crate::support::{Agent, TOKEN};

pub(crate) const SECOND: i64 = 1_000_000_000;

/// The library in this process: a cache, its way to AWS, and its clock.
pub(crate) struct Library {
    pub(crate) cache: Cache,
    pub(crate) api: Arc<dyn Api>,
    pub(crate) clock: ManualClock,
}

impl Library {
    /// Creates it with the agent at this URL, or `off`.
    pub(crate) fn new(server: &FaultServer, agent: &str) -> Self {
        Self::with_token(server, agent, TOKEN)
    }

    pub(crate) fn with_token(server: &FaultServer, agent: &str, token: &str) -> Self {
        let variables = [
            ("AWS_ENDPOINT_URL", &*server.http_url()),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "testing"),
            ("AWS_SECRET_ACCESS_KEY", "testing"),
            ("AWS_TOKEN", token),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let api = behind_agent(Aws::with_variables(variables, Order::Sdk), agent).unwrap();
        let clock = ManualClock::default();
        let cache = Cache::builder().api(Arc::clone(&api)).clock(Clock::Manual(clock.clone())).build();
        Self { cache, api, clock }
    }

    pub(crate) fn behind(server: &FaultServer, agent: &Agent) -> Self {
        Self::new(server, &url(agent))
    }

    pub(crate) async fn text(&self, request: &Request) -> String {
        self.text_within(request, MaxAge::DEFAULT).await
    }

    pub(crate) async fn text_within(&self, request: &Request, max_age: MaxAge) -> String {
        let ages = FreshnessOptions { max_age: Setting::Fixed(max_age), ..FreshnessOptions::default() };
        let entry = self.cache.get(request, ages).await.unwrap();
        let Value::Text(text) = entry.value.value() else { panic!("{:?}", entry.value) };
        text.to_string()
    }

    async fn found(&self, request: &Request) -> Result<(Value, Option<Metadata>, Option<u64>), Error> {
        let entry = self.cache.get(request, FreshnessOptions::default()).await?;
        Ok((entry.value.value().clone(), entry.value.metadata().cloned(), entry.until_wall_ns()))
    }

    async fn error(&self, request: &Request) -> Error {
        self.found(request).await.expect_err("it has a value")
    }
}

pub(crate) fn url(agent: &Agent) -> String {
    format!("http://{}", agent.address)
}

pub(crate) fn parameter(name: &str) -> Request {
    Request::Parameters(Parameters::new(name).unwrap())
}

pub(crate) fn secret(name: &str) -> Request {
    Request::Secret(Secret::new(name, Version::default()).unwrap())
}

fn list(names: &[&str]) -> Parameters {
    Parameters::new(Names::Several(names.iter().map(|name| Listed::under(*name, *name)).collect())).unwrap()
}

fn parameters() -> Vec<Parameters> {
    let one = || Parameters::new("/app/one/name").unwrap();
    let none = || Parameters::new("/none").unwrap();
    let path = |path, is_recursive| Parameters::path(path, is_recursive).unwrap();
    vec![
        one(),
        one().optional(),
        one().encrypted(),
        none(),
        none().optional(),
        Parameters::new("/app/list").unwrap(),
        Parameters::new("/app/one/name:1").unwrap(),
        Parameters::new("/app/\"ünï\" &=%?#+").unwrap(),
        list(&["/app/two/name", "/app/one/name", "/app/list"]),
        list(&["/app/one/name"]),
        Parameters::new(Names::Several(vec![Listed::under("x", "/app/one/name"), Listed::under("y", "/app/one/name")]))
            .unwrap(),
        list(&["/app/one/name", "/none", "/nothing"]),
        list(&["/none"]),
        list(&["/app/one/name", "/none"]).optional(),
        list(&["/none"]).optional().encrypted(),
        path("/app", true),
        path("/app", false),
        path("/nowhere", true),
        path("/nowhere", true).optional(),
    ]
}

fn secrets() -> Vec<Secret> {
    let of = |name: &str, stage: Option<&str>, id: Option<&str>| {
        let version = Version { stage: stage.map(str::to_owned), id: id.map(str::to_owned) };
        Secret::new(name, version).unwrap()
    };
    let several = |names: &[&str]| {
        let names = Names::Several(names.iter().map(|name| Listed::under(*name, *name)).collect());
        Secret::new(names, Version::default()).unwrap()
    };
    vec![
        of("prod/db", None, None),
        of("prod/db", Some("AWSCURRENT"), None),
        of("prod/db", Some("AWSPREVIOUS"), None),
        of("prod/db", None, Some("none")),
        of("prod/db", None, None).rotation_aware(),
        of("binary", None, None),
        of("none", None, None),
        several(&["prod/db", "binary"]),
        several(&["prod/db"]),
        several(&["prod/db", "none"]),
        several(&["prod/db", "binary"]).rotation_aware(),
    ]
}

/// Returns what a caller sees of a result: the value and its description, or the error apart from the request's id.
fn seen(result: Result<(Value, Option<Metadata>, Option<u64>), Error>) -> String {
    match result {
        Ok((value, metadata, until)) => format!("{} {metadata:?} {until:?}", shown(&value)),
        Err(error) => {
            let failure = error.aws_failure().unwrap();
            assert!(failure.request_id.is_some() || error.to_string().contains("no "), "{error:?}");
            let (operation, code, message) = (failure.operation, &failure.code, &failure.message);
            format!("{:?} {operation} {code} {message} {:?} {error}", error.kind(), failure.status)
        }
    }
}

/// Shows a value, whose `Debug` does not.
fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("{text:?}"),
        Value::TextList(texts) => format!("{texts:?}"),
        Value::Bytes(bytes) => format!("{bytes:?}"),
        Value::Group(values) => {
            let each = values.iter().map(|(name, value)| format!("{name}={}", shown(value)));
            format!("{:?}", each.collect::<Vec<_>>())
        }
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn every_kind_of_request_has_aws_answer() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/app/one/name", "1");
    server.put_parameter("/app/two/name", "2");
    server.put_parameter("/app/\"ünï\" &=%?#+", "3");
    server.put_parameter_list("/app/list", ["a", "b"]);
    server.put_secret("prod/db", "pa55");
    server.put_secret_binary("binary", &b"\x00\xff"[..]);
    let agent = Agent::start(&server, &[]).await;
    let (behind, direct) = (Library::behind(&server, &agent), Library::new(&server, "off"));
    let requests = parameters().into_iter().map(Request::Parameters);
    for request in requests.chain(secrets().into_iter().map(Request::Secret)) {
        let expected = seen(direct.found(&request).await);
        let before = server.counts().requests;
        let first = seen(behind.found(&request).await);
        let by_agent = server.counts().requests - before;
        assert_eq!(first, expected, "{}", request.key());
        assert_eq!(behind.api.take_warning(), None, "{}", request.key());
        if behind.cache.hit(&request, FreshnessOptions::default()).is_some() {
            let again = seen(Library::behind(&server, &agent).found(&request).await);
            assert_eq!((again, server.counts().requests), (expected, before + by_agent), "{}", request.key());
        }
    }
}

#[tokio::test]
async fn errors_of_aws_are_reported_without_a_second_request() {
    let server = FaultServer::start().await.unwrap();
    let agent = Agent::start(&server, &[]).await;
    let kinds = [
        (Fault::AccessDenied, ErrorKind::AccessDenied, 1),
        (Fault::NotFound, ErrorKind::NotFound, 1),
        (Fault::Throttled, ErrorKind::Throttled, 3),
        (Fault::InternalError, ErrorKind::Unavailable, 3),
    ];
    for (index, (fault, kind, requests)) in kinds.into_iter().enumerate() {
        let name = format!("/p{index}");
        server.put_parameter(&*name, "x");
        server.fault(&*name, fault, Times::ALWAYS);
        let direct = Library::new(&server, "off").error(&parameter(&name)).await;
        let before = server.counts().requests;
        let behind = Library::behind(&server, &agent);
        let error = behind.error(&parameter(&name)).await;
        assert_eq!((error.kind(), error.to_string()), (kind, direct.to_string()));
        assert_eq!((server.counts().requests - before, behind.api.take_warning()), (requests, None), "{name}");
    }
}

#[tokio::test]
async fn refused_credentials_of_the_agent_are_its_own_problem() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    server.fault("/a", Fault::ExpiredCredentials, Times::Times(1));
    let agent = Agent::start(&server, &[]).await;
    let library = Library::behind(&server, &agent);
    assert_eq!(library.text(&parameter("/a")).await, "x");
    assert!(library.api.take_warning().is_some());
}

#[tokio::test]
async fn caches_behind_one_agent_share_its_requests() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    server.put_secret("s", "y");
    let agent = Agent::start(&server, &[]).await;
    for _ in 0..8 {
        let library = Library::behind(&server, &agent);
        assert_eq!(library.text(&parameter("/a")).await, "x");
        assert_eq!(library.text(&secret("s")).await, "y");
    }
    assert_eq!(server.counts().requests, 2);
}

#[tokio::test]
async fn a_max_age_of_zero_reaches_aws() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "old");
    let agent = Agent::start(&server, &[]).await;
    let library = Library::behind(&server, &agent);
    assert_eq!(library.text(&parameter("/a")).await, "old");
    server.put_parameter("/a", "new");
    assert_eq!(library.text(&parameter("/a")).await, "old");
    assert_eq!(library.text_within(&parameter("/a"), MaxAge::ZERO).await, "new");
    assert_eq!((server.counts().requests, library.api.take_warning()), (2, None));
}

#[tokio::test]
async fn what_was_invalidated_is_read_from_aws() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "old");
    server.put_parameter("/b", "old");
    let agent = Agent::start(&server, &[]).await;
    let library = Library::behind(&server, &agent);
    library.text(&parameter("/a")).await;
    Library::behind(&server, &agent).text(&parameter("/b")).await; // only the agent has it
    server.put_parameter("/a", "new");
    server.put_parameter("/b", "new");
    library.cache.invalidate_alike(&parameter("/a"));
    library.cache.invalidate_alike(&parameter("/b"));
    assert_eq!(library.text(&parameter("/a")).await, "new");
    assert_eq!(library.text(&parameter("/b")).await, "new");
    // Later the agent's values are newer than the invalidation, and serve again.
    server.put_parameter("/a", "newer");
    library.clock.advance(61 * SECOND);
    assert_eq!((library.text(&parameter("/a")).await.as_str(), server.counts().requests), ("new", 4));
}

#[tokio::test]
async fn a_stale_value_of_the_agent_is_not_taken() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    let agent = Agent::start(&server, &[("LAMBDA_CACHE_AGENT_STALE_IF_ERROR_IN_SECONDS", "3600")]).await;
    let library = Library::behind(&server, &agent);
    library.text(&parameter("/a")).await;
    server.fault("/a", Fault::AccessDenied, Times::ALWAYS);
    library.cache.clear();
    assert_eq!(library.error(&parameter("/a")).await.kind(), ErrorKind::AccessDenied);
}

#[tokio::test]
async fn the_agents_slow_call_to_aws_is_awaited() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    server.fault("/a", Fault::Latency { milliseconds: 1_500 }, Times::ALWAYS);
    let agent = Agent::start(&server, &[]).await;
    let library = Library::behind(&server, &agent);
    assert_eq!(library.text(&parameter("/a")).await, "x");
    assert_eq!((server.counts().requests, library.api.take_warning()), (1, None));
}
