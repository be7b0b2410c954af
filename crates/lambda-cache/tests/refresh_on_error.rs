//! `refresh_on_error`: a function that is called a second time with refreshed entries.
#![cfg(all(feature = "ssm", feature = "secrets-manager", feature = "s3"))]

use std::{
    cell::Cell,
    fmt::{Debug, Display},
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use aws_config::{Region, SdkConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use fault_server::{Fault, FaultServer, Times};
use lambda_cache::{
    __binding::{
        backend::{InMemoryBackend, ValueSource},
        engine::Clock,
    },
    Cache, Error as CacheError, ErrorKind, Json, Secret, Value as Entry, refresh_on_error, s3, secrets_manager, ssm,
    testing::{self, Values},
};
use lambda_runtime::{Context, LambdaEvent, Service, service_fn};
use serde_json::{Value, json};
use tracing::{
    Event, Metadata, Subscriber,
    field::Field,
    span::{Attributes, Id, Record},
};

#[derive(Debug, PartialEq)]
enum Error {
    WrongPassword(String),
    NoSuchTable,
    Cache(ErrorKind),
}

impl Error {
    fn is_wrong_password(&self) -> bool {
        matches!(self, Self::WrongPassword(_))
    }
}

impl From<CacheError> for Error {
    fn from(error: CacheError) -> Self {
        Self::Cache(error.kind())
    }
}

/// A database that accepts one password and counts connections.
#[derive(Default)]
struct Database {
    password: Mutex<String>,
    visits: AtomicUsize,
}

impl Database {
    async fn log_in(&self, password: &str) -> Result<(), Error> {
        tokio::task::yield_now().await;
        self.visits.fetch_add(1, Ordering::SeqCst);
        if *self.password.lock().unwrap() == password { Ok(()) } else { Err(Error::WrongPassword(password.to_owned())) }
    }

    fn visits(&self) -> usize {
        self.visits.load(Ordering::SeqCst)
    }
}

/// A password that is `old`, and becomes `new` in the database and in Secrets Manager.
struct Rotation {
    fake: Values,
    database: Database,
}

impl Rotation {
    fn new() -> Self {
        let fake = testing::values();
        fake.secrets_manager("/prod/db/password", "old");
        fake.ssm("/app/table", "orders");
        fake.ssm("/app/user", "shop");
        fake.s3("s3://bucket/path/to/object.json", r#"{"status": "ok"}"#);
        let rotation = Self { fake, database: Database::default() };
        rotation.set("old");
        rotation
    }

    fn set(&self, password: &str) {
        password.clone_into(&mut self.database.password.lock().unwrap());
    }

    fn rotate(&self) {
        self.set("new");
        self.fake.secrets_manager("/prod/db/password", "new");
    }
}

fn event() -> LambdaEvent<Value> {
    LambdaEvent::new(json!({ "user": "shop" }), Context::default())
}

// ===== Behaviour =====

#[refresh_on_error(when = Error::is_wrong_password)]
#[secrets_manager::cache(name = "/prod/db/password")]
#[ssm::cache(parameter = "/app/table")]
async fn above(database: &Database, password: Secret<String>, table: String) -> Result<String, Error> {
    database.log_in(password.expose()).await?;
    Ok(format!("{table} by {}", password.expose()))
}

#[tokio::test]
async fn a_rotated_password_is_fetched_for_the_second_call() {
    let rotation = Rotation::new();
    assert_eq!(above(&rotation.database).await.unwrap(), "orders by old");
    assert_eq!(rotation.fake.calls().len(), 2);
    rotation.rotate();
    rotation.fake.ssm("/app/table", "customers");
    assert_eq!(above(&rotation.database).await.unwrap(), "customers by new", "all entries are fetched again");
    let calls = ["GetSecretValue /prod/db/password", "GetParameter /app/table"];
    assert_eq!(rotation.fake.calls(), [calls, calls].concat());
    assert_eq!(rotation.database.visits(), 3);
    assert_eq!(above(&rotation.database).await.unwrap(), "customers by new");
    assert_eq!(rotation.fake.calls().len(), 4, "the fetched entries are cached");
}

#[tokio::test]
async fn the_function_is_called_at_most_twice() {
    let rotation = Rotation::new();
    rotation.set("known to nobody");
    for calls in [4, 6] {
        assert_eq!(above(&rotation.database).await.unwrap_err(), Error::WrongPassword("old".to_owned()));
        assert_eq!(rotation.database.visits(), calls - 2);
        assert_eq!(rotation.fake.calls().len(), calls);
    }
}

#[refresh_on_error(when = |error: &Error| error.is_wrong_password())]
#[secrets_manager::cache(name = "/prod/db/password")]
async fn without_a_table(calls: &AtomicUsize, password: Secret<String>) -> Result<(), Error> {
    drop(password);
    calls.fetch_add(1, Ordering::SeqCst);
    Err(Error::NoSuchTable)
}

#[tokio::test]
async fn an_error_without_a_match_is_returned_at_once() {
    let rotation = Rotation::new();
    let calls = AtomicUsize::new(0);
    assert_eq!(without_a_table(&calls).await.unwrap_err(), Error::NoSuchTable);
    assert_eq!((calls.into_inner(), rotation.fake.calls().len()), (1, 1));
}

#[refresh_on_error]
#[secrets_manager::cache(name = "/prod/db/password")]
async fn whatever_the_error(calls: &AtomicUsize, password: Secret<String>) -> Result<String, Error> {
    if calls.fetch_add(1, Ordering::SeqCst) == 0 {
        return Err(Error::NoSuchTable);
    }
    Ok(password.into_exposed())
}

#[tokio::test]
async fn without_a_condition_every_error_counts() {
    let rotation = Rotation::new();
    assert_eq!(whatever_the_error(&AtomicUsize::new(0)).await.unwrap(), "old");
    assert_eq!(rotation.fake.calls().len(), 2);
}

#[refresh_on_error]
#[ssm::cache(parameter = "/missing", entry_name = "missing")]
#[ssm::cache(parameter = "/app/table")]
async fn without_an_entry(calls: &AtomicUsize, missing: String, table: String) -> Result<String, Error> {
    calls.fetch_add(1, Ordering::SeqCst);
    Ok(missing + &table)
}

#[tokio::test]
async fn an_error_of_the_lookup_is_returned_at_once() {
    let rotation = Rotation::new();
    let calls = AtomicUsize::new(0);
    assert_eq!(without_an_entry(&calls).await.unwrap_err(), Error::Cache(ErrorKind::NotSupplied));
    assert_eq!((calls.into_inner(), rotation.fake.calls().len()), (0, 2));
}

/// Parameters that can be read until the test makes them fail or never arrive.
#[derive(Clone, Default)]
struct Flaky(Arc<AtomicBool>);

impl ValueSource for Flaky {
    fn parameter(&self, _: &str) -> Result<Option<Entry>, CacheError> {
        if self.0.load(Ordering::SeqCst) {
            return Err(CacheError::new(ErrorKind::Throttled, "slow down"));
        }
        Ok(Some("x".into()))
    }

    fn secret(&self, _: &str) -> Result<Option<Entry>, CacheError> {
        Ok(None)
    }

    fn object(&self, _: &str) -> Result<Option<bytes::Bytes>, CacheError> {
        Ok(None)
    }

    fn advice(&self, _: &str, _: &[&str]) -> String {
        String::new()
    }
}

#[refresh_on_error(when = Error::is_wrong_password)]
#[ssm::cache(parameter = "/app/var", cache = cache, stale_if_error_in_seconds = f64::INFINITY)]
async fn flaky(cache: &Cache, flaky: &Flaky, database: &Database, var: String) -> Result<(), Error> {
    flaky.0.store(true, Ordering::SeqCst);
    database.log_in(&var).await
}

#[tokio::test]
async fn a_failed_refresh_keeps_the_first_error_and_the_old_entry() {
    let (throttled, database) = (Flaky::default(), Database::default());
    let api = Arc::new(InMemoryBackend::new(throttled.clone()));
    let cache = Cache::builder().api(Arc::clone(&api) as _).build();
    let error = flaky(&cache, &throttled, &database).await.unwrap_err();
    assert_eq!(error, Error::WrongPassword("x".to_owned()), "no stale value is served to the second call");
    assert_eq!(database.visits(), 1);
    assert_eq!(api.calls().len(), 2);
    "x".clone_into(&mut database.password.lock().unwrap());
    flaky(&cache, &throttled, &database).await.unwrap();
    assert_eq!(api.calls().len(), 2);
}

/// The log of this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("lambda_cache")
    }

    fn event(&self, event: &Event<'_>) {
        let mut log = self.0.lock().unwrap();
        event.record(&mut |field: &Field, value: &dyn Debug| log.push(format!("{field}={value:?}")));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_refresh_that_fails_is_logged_without_any_value() {
    let log = Log::default();
    // With only one dispatcher, tracing asks the thread that reaches the event first, and a neighbour has no subscriber.
    let _second = tracing::Dispatch::new(log.clone());
    let _guard = tracing::subscriber::set_default(log.clone());
    let rotation = Rotation::new();
    rotation.fake.secrets_manager("/prod/db/password", "c4n4ry");
    assert_eq!(numeric(&rotation.fake).await, Err(Error::WrongPassword("c4n4ry".to_owned())));
    let log = log.0.lock().unwrap().join("\n");
    assert!(log.contains("could not be refreshed") && log.contains("/app/number"), "{log}");
    assert!(!log.contains("c4n4ry") && !log.contains("n0t4number"), "{log}");
}

#[refresh_on_error]
#[secrets_manager::cache(name = "/prod/db/password")]
#[ssm::cache(parameter = "/app/number", optional = true)]
async fn numeric(fake: &Values, password: Secret<String>, number: Option<u8>) -> Result<(), Error> {
    assert_eq!(number, None);
    fake.ssm("/app/number", "n0t4number");
    Err(Error::WrongPassword(password.into_exposed()))
}

#[refresh_on_error(when = Error::is_wrong_password)]
#[ssm::cache(parameter = "/app/var", cache = cache)]
async fn within_its_time(_: LambdaEvent<Value>, cache: &Cache, var: String) -> Result<(), Error> {
    Err(Error::WrongPassword(var))
}

#[tokio::test]
async fn the_refresh_ends_before_the_invocation_does() {
    let server = FaultServer::start().await.unwrap();
    let credentials = Credentials::new("testing", "testing", None, None, "test");
    let config = SdkConfig::builder()
        .endpoint_url(server.http_url())
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build();
    let cache = Cache::builder().sdk_config(&config).build();
    server.put_parameter("/app/var", "x");
    cache.ssm().get_entry::<String, _>("/app/var").await.unwrap();
    server.fault("/app/var", Fault::Silence, Times::ALWAYS);
    let mut event = event();
    event.context.deadline = Clock::default().now().wall_ns / 1_000_000 + 500;
    let call = tokio::time::timeout(Duration::from_millis(2_500), within_its_time(event, &cache));
    assert_eq!(call.await.unwrap(), Err(Error::WrongPassword("x".to_owned())), "long before the call's own timeout");
    assert_eq!(server.requests("/app/var").len(), 2);
}

// ===== Any order =====

#[secrets_manager::cache(name = "/prod/db/password")]
#[ssm::cache(parameter = "/app/table")]
#[refresh_on_error(when = Error::is_wrong_password)]
async fn below(database: &Database, password: Secret<String>, table: String) -> Result<String, Error> {
    database.log_in(password.expose()).await?;
    Ok(table)
}

#[tracing::instrument(skip_all)]
#[secrets_manager::cache(name = "/prod/db/password")]
#[lambda_cache::refresh_on_error(when = Error::is_wrong_password)]
#[allow(clippy::needless_pass_by_value, reason = "an attribute between this crate's")]
#[ssm::cache(parameter = "/app/table")]
async fn between(database: &Database, password: Secret<String>, table: String) -> Result<String, Error> {
    database.log_in(password.expose()).await?;
    Ok(table)
}

#[refresh_on_error(when = Error::is_wrong_password)]
#[secrets_manager::cache(name = "/prod/db/password")]
#[ssm::cache(parameter = "/app/table")]
#[tracing::instrument(skip_all, fields(visits = database.visits()))]
async fn traced_below(database: &Database, password: Secret<String>, table: String) -> Result<String, Error> {
    database.log_in(password.expose()).await?;
    Ok(table)
}

#[tokio::test]
async fn the_attribute_may_be_above_below_or_between_entries() {
    let rotation = Rotation::new();
    below(&rotation.database).await.unwrap();
    rotation.rotate();
    assert_eq!(below(&rotation.database).await.unwrap(), "orders");
    rotation.fake.secrets_manager("/prod/db/password", "newest");
    rotation.set("newest");
    assert_eq!(between(&rotation.database).await.unwrap(), "orders");
    assert_eq!((rotation.database.visits(), rotation.fake.calls().len()), (5, 6));
}

// ===== Forms of functions =====

struct Shop<S> {
    database: Database,
    suffix: S,
    failures: usize,
}

impl<S: Display> Shop<S> {
    #[refresh_on_error(when = |error| self.is_outdated(error))]
    #[secrets_manager::cache(name = format!("/{stage}/db/password"), entry_name = "password")]
    async fn query(&self, stage: &str, mut words: Vec<&str>, password: Secret<String>) -> Result<String, Error> {
        words.push("by");
        self.database.log_in(password.expose()).await?;
        words.push(password.expose());
        Ok(words.join(" ") + &self.suffix.to_string())
    }

    fn is_outdated(&self, error: &Error) -> bool {
        self.failures == 0 && error.is_wrong_password()
    }

    #[refresh_on_error]
    #[secrets_manager::cache(name = "/prod/db/password")]
    async fn counting(&mut self, log: &mut Vec<String>, password: Secret<String>) -> Result<usize, Error> {
        log.push(password.expose().clone());
        self.failures += 1;
        self.database.log_in(password.expose()).await?;
        Ok(self.failures)
    }
}

#[tokio::test]
async fn methods() {
    let rotation = Rotation::new();
    let mut shop = Shop { database: rotation.database, suffix: '!', failures: 0 };
    assert_eq!(shop.query("prod", vec!["said"]).await.unwrap(), "said by old!");
    "new".clone_into(&mut shop.database.password.lock().unwrap());
    rotation.fake.secrets_manager("/prod/db/password", "new");
    assert_eq!(shop.query("prod", vec!["said"]).await.unwrap(), "said by new!", "`words` is unchanged");
    assert_eq!(rotation.fake.calls().len(), 2);

    "newest".clone_into(&mut shop.database.password.lock().unwrap());
    rotation.fake.secrets_manager("/prod/db/password", "newest");
    let mut log = Vec::new();
    assert_eq!(shop.counting(&mut log).await.unwrap(), 2);
    assert_eq!(log, ["new", "newest"]);
}

/// A type that is not `Clone`. Arguments that the body does not use or only borrows need not be.
struct NotClone(&'static str);

#[refresh_on_error(when = Error::is_wrong_password)]
#[secrets_manager::cache(name = format!("/{}/db/password", stage.0), entry_name = "password")]
async fn taken_apart(
    LambdaEvent { mut payload, .. }: LambdaEvent<Value>,
    (database, _): (Arc<Database>, NotClone),
    stage: NotClone,
    password: Secret<String>,
) -> Result<Value, Error> {
    payload["password"] = json!(password.expose());
    let drained = payload["user"].take();
    database.log_in(password.expose()).await?;
    drop(database);
    Ok(json!([drained, payload]))
}

#[tokio::test]
async fn patterns_and_consumed_arguments_are_cloned() {
    let rotation = Rotation::new();
    let database = Arc::new(rotation.database);
    let call = async || taken_apart(event(), (Arc::clone(&database), NotClone("")), NotClone("prod")).await;
    call().await.unwrap();
    "new".clone_into(&mut database.password.lock().unwrap());
    rotation.fake.secrets_manager("/prod/db/password", "new");
    assert_eq!(call().await.unwrap(), json!(["shop", { "user": null, "password": "new" }]));
    assert_eq!(database.visits(), 3);
}

#[refresh_on_error(when = |_| true)]
#[secrets_manager::cache(name = "/prod/db/password")]
#[s3::cache(uri = "s3://bucket/path/to/object.json")]
async fn generic<T, const N: usize>(
    parts: [T; N],
    shown: impl Display + Clone,
    tries: &Cell<usize>,
    password: Secret<String>,
    object_json: PathBuf,
) -> Result<Vec<String>, lambda_runtime::Error>
where
    T: Display + Clone,
{
    let status: Value = serde_json::from_slice(&std::fs::read(object_json)?)?;
    assert_eq!(status["status"], "ok");
    let mut all: Vec<String> = parts.into_iter().map(|part| part.to_string()).collect();
    all.extend([shown.to_string(), password.into_exposed()]);
    tries.set(tries.get() + 1);
    if tries.get() < 2 { Err(Box::new(std::io::Error::other("outdated"))) } else { Ok(all) }
}

#[refresh_on_error]
#[secrets_manager::cache(name = "/prod/db/password")]
async fn borrowed<'a>(words: &'a [String], tries: &Cell<usize>, password: Json<u8>) -> Result<&'a str, CacheError> {
    let number: usize = (*password).into();
    if tries.replace(1) == 0 {
        ssm::get_entry::<String, _>("/missing").await?;
    }
    Ok(&words[number])
}

#[tokio::test]
async fn generic_functions_can_return_borrowed_results() {
    let rotation = Rotation::new();
    assert_eq!(generic(["a", "b"], 1, &Cell::new(0)).await.unwrap(), ["a", "b", "1", "old"]);
    assert_eq!(rotation.fake.calls().len(), 4);
    rotation.fake.secrets_manager("/prod/db/password", "1");
    rotation.fake.advance(Duration::from_mins(1));
    let words = ["a".to_owned(), "b".to_owned()];
    assert_eq!(borrowed(&words, &Cell::new(0)).await.unwrap(), "b");
}

#[refresh_on_error(when = Error::is_wrong_password)]
#[secrets_manager::cache(name = "/prod/db/password")]
async fn sent(event: LambdaEvent<Value>, password: Secret<String>) -> Result<Value, Error> {
    tokio::task::yield_now().await;
    if password.expose() == "old" { Err(Error::WrongPassword(String::new())) } else { Ok(event.payload) }
}

#[tokio::test]
async fn the_runtime_accepts_the_function_and_its_future_is_send() {
    let rotation = Rotation::new();
    rotation.fake.secrets_manager("/prod/db/password", "new");
    assert_eq!(service_fn(sent).call(event()).await.unwrap(), event().payload);
    assert_eq!(tokio::spawn(sent(event())).await.unwrap().unwrap(), event().payload);
}

macro_rules! made_by_a_macro {
    ($name:ident, $argument:ident, $when:expr, $body:block) => {
        #[refresh_on_error(when = $when)]
        #[ssm::cache(parameter = "/app/table", argument = $argument)]
        async fn $name(count: &Cell<usize>, mut $argument: String) -> Result<String, Error> {
            count.set(count.get() + 1);
            $argument += "!";
            $body
        }
    };
}

made_by_a_macro!(made, table, |_| true, {
    if table.is_empty() { Ok(table) } else { Err(Error::WrongPassword(table)) }
});

#[tokio::test]
async fn functions_made_by_a_macro() {
    let _rotation = Rotation::new();
    let count = Cell::new(0);
    assert_eq!(made(&count).await, Err(Error::WrongPassword("orders!".to_owned())));
    assert_eq!(count.get(), 2);
}

/// A body that never ends must not cause a compiler warning.
#[refresh_on_error]
#[ssm::cache(parameter = "/app/table")]
async fn endless(stop: bool, table: String) -> Result<String, Error> {
    loop {
        if stop {
            return Ok(table);
        }
    }
}

#[tokio::test]
async fn a_body_without_a_value() {
    let _rotation = Rotation::new();
    assert_eq!(endless(true).await.unwrap(), "orders");
}

/// The caller's names may be the same as names in the generated code.
#[refresh_on_error(when = |_| outcome.is_empty())]
#[ssm::cache(parameter = format!("/{turns}/{taken}"), entry_name = "table")]
async fn colliding(turns: &str, taken: &str, outcome: String, error: String, table: String) -> Result<String, Error> {
    let looked = format!("{turns}{error}{taken}");
    Err(Error::WrongPassword(outcome + &looked + &table))
}

#[tokio::test]
async fn names_of_the_caller_do_not_collide_with_generated_ones() {
    let rotation = Rotation::new();
    let error = colliding("app", "table", String::new(), "/".to_owned()).await.unwrap_err();
    assert_eq!(error, Error::WrongPassword("app/tableorders".to_owned()));
    assert_eq!(rotation.fake.calls().len(), 2);
    rotation.fake.ssm("/app/table", "customers");
    traced_below(&rotation.database).await.unwrap();
    let evaluated = Cell::new(0);
    assert!(with_a_name_that_changes(&evaluated).await.is_err());
    assert_eq!(evaluated.get(), 1);
}

#[refresh_on_error]
#[ssm::cache(parameter = next(evaluated), entry_name = "var")]
async fn with_a_name_that_changes(evaluated: &Cell<usize>, var: String) -> Result<(), Error> {
    Err(Error::WrongPassword(var))
}

fn next(evaluated: &Cell<usize>) -> &'static str {
    ["/app/table", "/app/user"][evaluated.replace(evaluated.get() + 1)]
}
