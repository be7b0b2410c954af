//! The attributes, on every supported form of function.
#![cfg(all(feature = "ssm", feature = "secrets-manager", feature = "s3"))]

use std::{collections::HashMap, fmt::Display, path::PathBuf, sync::Arc, time::Duration};

use lambda_cache::{
    Error, ErrorKind, Json, Secret, s3, secrets_manager, ssm, ssm as parameters,
    testing::{self, Values},
};
use lambda_runtime::{Context, LambdaEvent, Service, service_fn};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

type BoxError = lambda_runtime::Error;

fn event() -> LambdaEvent<Value> {
    LambdaEvent::new(json!({ "stage": "production" }), Context::default())
}

fn fake() -> Values {
    let fake = testing::values();
    fake.ssm("/production/app/var", "x");
    fake.ssm("/test/app/var", "y");
    fake.ssm("/app/list", ["S", "M"]);
    fake.ssm("/app/my-Var.json", "odd");
    fake.ssm("/app/type", "keyword");
    fake.ssm("/app/it's.1e", "quoted");
    fake.secrets_manager("/prod/db/conn_string", r#"{"user": "shop"}"#);
    fake.s3("s3://bucket/path/to/object.json", r#"{"status": "ok"}"#);
    fake
}

// ===== Handlers =====

#[ssm::cache(parameter = "/production/app/var")]
async fn one(_event: LambdaEvent<Value>, var: String) -> Result<String, BoxError> {
    Ok(var)
}

#[tokio::test]
async fn a_value_is_passed_as_the_argument_with_its_name() {
    let fake = fake();
    assert_eq!(one(event()).await.unwrap(), "x");
    assert_eq!(one(event()).await.unwrap(), "x");
    assert_eq!(fake.calls(), ["GetParameter /production/app/var"]);
    fake.ssm("/production/app/var", "z");
    fake.advance(Duration::from_secs(59));
    assert_eq!(one(event()).await.unwrap(), "x");
    fake.advance(Duration::from_secs(1));
    assert_eq!(one(event()).await.unwrap(), "z");
}

#[tokio::test]
async fn service_fn_sees_a_function_of_the_event_alone() {
    let _fake = fake();
    assert_eq!(service_fn(one).call(event()).await.unwrap(), "x");
}

#[derive(Deserialize)]
struct DbLogin {
    user: String,
}

#[ssm::cache(parameter = "/production/app/var", max_age_in_seconds = 300)]
#[secrets_manager::cache(name = "/prod/db/conn_string")]
#[s3::cache(uri = "s3://bucket/path/to/object.json", check_before_download = true)]
#[ssm::cache(parameter = ["/test/app/var"], entry_name = "group")]
async fn stacked(
    _event: LambdaEvent<Value>,
    var: Arc<str>,
    mut group: HashMap<String, String>,
    conn_string: Json<DbLogin>,
    object_json: PathBuf,
) -> Result<Value, BoxError> {
    group.insert("own".to_owned(), var.to_string());
    let content: Value = serde_json::from_slice(&std::fs::read(object_json)?)?;
    Ok(json!([group["var"], group["own"], conn_string.user, content]))
}

#[tokio::test]
async fn stacked_attributes_are_one_lookup_in_any_order_of_arguments() {
    let fake = fake();
    for _ in 0..2 {
        assert_eq!(stacked(event()).await.unwrap(), json!(["y", "x", "shop", {"status": "ok"}]));
    }
    assert_eq!(fake.calls().len(), 4);
    fake.advance(Duration::from_mins(1));
    stacked(event()).await.unwrap();
    assert_eq!(fake.calls().len(), 7, "one of the four has a max age of 300 s");
}

#[ssm::cache(parameter = "/missing/outer", entry_name = "outer")]
#[ssm::cache(parameter = "/production/app/var")]
#[ssm::cache(parameter = "/missing/inner", entry_name = "inner")]
async fn failing(outer: String, var: String, inner: String) -> Result<String, Error> {
    Ok(outer + &var + &inner)
}

#[tokio::test]
async fn a_failing_stack_returns_the_outermost_error_and_caches_the_rest() {
    let fake = fake();
    let error = failing().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSupplied);
    assert!(error.to_string().contains("/missing/outer"), "{error}");
    assert!(error.to_string().contains(".ssm("), "no advice on setting the value: {error}");
    assert_eq!(one(event()).await.unwrap(), "x");
    assert_eq!(fake.calls().len(), 3, "the other entries were cached");
}

#[ssm::cache(parameter = "/production/app/var")]
async fn taken_apart(
    LambdaEvent { payload, context }: LambdaEvent<Value>,
    var: String,
) -> Result<(Value, u64, String), BoxError> {
    Ok((payload, context.deadline, var))
}

#[ssm::cache(parameter = format!("/{}/app/var", payload["stage"].as_str().unwrap()), entry_name = "var")]
async fn taken_apart_for_a_name(
    LambdaEvent { payload, .. }: LambdaEvent<Value>,
    var: String,
) -> Result<String, BoxError> {
    Ok(format!("{var}{}", payload["stage"]))
}

#[ssm::cache(parameter = "/production/app/var")]
async fn ignored(_: LambdaEvent<Value>, var: String) -> Result<String, BoxError> {
    Ok(var)
}

#[tokio::test]
async fn an_event_may_be_destructured_or_ignored() {
    let _fake = fake();
    assert_eq!(taken_apart(event()).await.unwrap(), (json!({ "stage": "production" }), 0, "x".to_owned()));
    assert_eq!(taken_apart_for_a_name(event()).await.unwrap(), "x\"production\"");
    assert_eq!(ignored(event()).await.unwrap(), "x");
}

// ===== Names =====

#[ssm::cache(parameter = "/app/my-Var.json")]
#[ssm::cache(parameter = "/app/it's.1e")]
#[ssm::cache(parameter = "/app/type")]
#[ssm::cache(parameter = "/production/app/var", argument = chosen)]
#[ssm::cache(parameter = "/test/app/var", entry_name = "new-name")]
#[secrets_manager::cache(
    name = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db/by_arn-a1B2c3",
    max_age_in_seconds = 0.5
)]
async fn named(
    my_var_json: String,
    it_s_1e: String,
    r#type: String,
    chosen: String,
    new_name: String,
    by_arn: Secret<String>,
) -> Result<[String; 6], Error> {
    Ok([my_var_json, it_s_1e, r#type, chosen, new_name, by_arn.into_exposed()])
}

#[tokio::test]
async fn entry_names_are_converted_to_identifiers_or_replaced() {
    let fake = fake();
    fake.secrets_manager("arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db/by_arn-a1B2c3", "s");
    assert_eq!(named().await.unwrap(), ["odd", "quoted", "keyword", "x", "y", "s"]);
}

const NAME: &str = "/production/app/var";
const MAX_AGE: Duration = Duration::from_secs(10);

#[ssm::cache(parameter = NAME, entry_name = "constant", max_age_in_seconds = MAX_AGE)]
#[ssm::cache(parameter = format!("/{stage}/app/var"), entry_name = "formatted", max_age_in_seconds = 2 * 60)]
#[ssm::cache(parameter = [NAME, "/app/list"], entry_name = "several")]
#[ssm::cache(parameter = vec![format!("/{stage}/app/var")], entry_name = "made", max_age_in_seconds = f64::INFINITY)]
#[s3::cache(uri = format!("s3://bucket/path/{}/object.json", "to"), entry_name = "file", check_before_download = stage == "x")]
#[secrets_manager::cache(name = String::from("/prod/db/conn_string"), entry_name = "secret")]
async fn computed(
    stage: &str,
    constant: String,
    formatted: String,
    several: HashMap<String, Value>,
    made: HashMap<String, String>,
    file: PathBuf,
    secret: Secret<String>,
) -> Result<Value, Error> {
    assert!(file.ends_with("file") && secret.expose().contains("shop"));
    Ok(json!([constant, formatted, several["list"], made["var"]]))
}

#[tokio::test]
async fn names_may_be_expressions_evaluated_at_each_call() {
    let fake = fake();
    for _ in 0..2 {
        assert_eq!(computed("production").await.unwrap(), json!(["x", "x", ["S", "M"], "x"]));
        assert_eq!(computed("test").await.unwrap(), json!(["x", "y", ["S", "M"], "y"]));
    }
    assert_eq!(fake.calls().len(), 7, "each entry once");
    fake.advance(MAX_AGE);
    computed("production").await.unwrap();
    assert_eq!(fake.calls().len(), 8, "the one with a max age of 10 s");
}

#[s3::cache(uri = "s3://bucket/path/to/object.json", entry_name = "newest", file_name = "newest.json")]
#[s3::cache(
    uri = "s3://bucket/path/to/object.json",
    entry_name = "pinned",
    version_id = "3HL4",
    file_name = format!("pinned-{stage}.json")
)]
async fn two_versions(stage: &str, newest: PathBuf, pinned: PathBuf) -> Result<(PathBuf, PathBuf), Error> {
    Ok((newest, pinned))
}

#[tokio::test]
async fn file_names_and_versions_reach_the_argument() {
    let fake = fake();
    let (newest, pinned) = two_versions("x").await.unwrap();
    assert!(newest.ends_with("newest.json") && pinned.ends_with("pinned-x.json"));
    let mut calls = fake.calls();
    calls.sort();
    let uri = "GetObject s3://bucket/path/to/object.json";
    assert_eq!(calls, [uri.to_owned(), format!("{uri}?versionId=3HL4")]);
}

macro_rules! made_by_a_macro {
    ($name:ident, $ty:ty, $entry_name:literal, $seconds:expr) => {
        #[ssm::cache(parameter = "/production/app/var", max_age_in_seconds = $seconds)]
        #[ssm::cache(parameter = format!("/test/app/{}", "var"), entry_name = $entry_name)]
        async fn $name(var: $ty, other: String) -> Result<String, Error> {
            Ok(format!("{var}{other}"))
        }
    };
}

made_by_a_macro!(made, Arc<str>, "other", 3_000_000_000);

/// The caller's names may be the same as names in the generated code.
#[ssm::cache(parameter = format!("/{call}/app/{values}"), entry_name = "first", max_age_in_seconds = SITE)]
#[ssm::cache(parameter = format!("/{error}/app/{site}"), entry_name = "second")]
async fn colliding(
    call: &str,
    values: &str,
    error: &str,
    site: &str,
    first: String,
    second: String,
) -> Result<String, Error> {
    Ok(first + &second)
}

const SITE: u8 = 60;
#[allow(non_upper_case_globals, dead_code, reason = "a pattern of this name would be matched against it")]
const taken: u8 = 0;
#[allow(non_upper_case_globals, dead_code, reason = "a pattern of this name would be matched against it")]
const outcome: u8 = 0;

#[tokio::test]
async fn names_of_the_caller_do_not_collide_with_generated_ones() {
    let _fake = fake();
    assert_eq!(made().await.unwrap(), "xy");
    assert_eq!(colliding("production", "var", "test", "var").await.unwrap(), "xy");
}

#[tokio::test]
async fn an_expression_without_a_name_is_an_error_at_the_call() {
    #[ssm::cache(parameter = name, entry_name = "var")]
    async fn asks(name: &str, var: String) -> Result<String, Error> {
        Ok(var)
    }
    let _fake = fake();
    assert_eq!(asks("").await.unwrap_err().kind(), ErrorKind::InvalidArgument);
    assert_eq!(asks(NAME).await.unwrap(), "x");
}

// ===== Forms of functions =====

trait Stage {
    const PARAMETER: &'static str;
}

struct Production;
struct Test;

impl Stage for Production {
    const PARAMETER: &'static str = "/production/app/var";
}

impl Stage for Test {
    const PARAMETER: &'static str = "/test/app/var";
}

struct Shop<S>(S);

impl<S: Stage> Shop<S> {
    #[ssm::cache(parameter = S::PARAMETER, entry_name = "var")]
    async fn method(&self, suffix: &str, var: String) -> Result<String, Error> {
        let Self(_) = self;
        Ok(var + suffix)
    }

    #[ssm::cache(parameter = "/app/list")]
    async fn consuming(mut self, list: Vec<String>, with: S) -> Result<(Self, Vec<String>), Error> {
        self.0 = with;
        Ok((self, list))
    }

    #[ssm::cache(parameter = "/production/app/var")]
    async fn associated(var: String) -> Result<String, Error> {
        Ok(var)
    }
}

#[tokio::test]
async fn methods_and_associated_functions() {
    let _fake = fake();
    for _ in 0..2 {
        assert_eq!(Shop(Production).method("!",).await.unwrap(), "x!");
        assert_eq!(Shop(Test).method("!").await.unwrap(), "y!", "one call site, two sets of names");
    }
    assert_eq!(Shop(Test).consuming(Test).await.unwrap().1, ["S", "M"]);
    assert_eq!(Shop::<Test>::associated().await.unwrap(), "x");
}

#[ssm::cache(parameter = "/production/app/var")]
async fn generic<T, const N: usize>(mut parts: [T; N], shown: impl Display, var: String) -> Result<String, Error>
where
    T: Display,
{
    parts.reverse();
    Ok(parts.iter().map(T::to_string).collect::<String>() + &shown.to_string() + &var)
}

#[secrets_manager::cache(name = "/prod/db/conn_string")]
async fn generic_in_the_type<T>(conn_string: Json<T>) -> Result<Json<T>, Error>
where
    T: DeserializeOwned + Send + Sync + 'static,
{
    Ok(conn_string)
}

#[tokio::test]
async fn generic_functions() {
    let _fake = fake();
    assert_eq!(generic([1, 2], '-').await.unwrap(), "21-x");
    assert_eq!(generic_in_the_type::<DbLogin>().await.unwrap().user, "shop");
    assert_eq!(generic_in_the_type::<Value>().await.unwrap()["user"], "shop");
}

trait Handler {
    fn handle(&self) -> impl Future<Output = Result<String, Error>> + Send;
}

impl Handler for Production {
    #[ssm::cache(parameter = "/production/app/var")]
    async fn handle(&self, var: String) -> Result<String, Error> {
        Ok(var)
    }
}

#[tokio::test]
async fn trait_methods_return_futures_that_are_send() {
    let _fake = fake();
    assert_eq!(tokio::spawn(Production.handle()).await.unwrap().unwrap(), "x");
}

#[derive(Debug, PartialEq)]
enum OwnError {
    Cache(ErrorKind),
}

impl From<Error> for OwnError {
    fn from(error: Error) -> Self {
        Self::Cache(error.kind())
    }
}

#[ssm::cache(parameter = "/missing/var")]
async fn with_an_error_of_its_own(var: String) -> Result<String, OwnError> {
    Ok(var)
}

#[tokio::test]
async fn the_error_type_only_needs_a_conversion() {
    let _fake = fake();
    assert_eq!(with_an_error_of_its_own().await, Err(OwnError::Cache(ErrorKind::NotSupplied)));
}

// ===== Other attributes =====

/// Documented.
#[tracing::instrument(err)]
#[ssm::cache(parameter = "/production/app/var")]
#[allow(clippy::needless_pass_by_value, reason = "an attribute between this crate's")]
#[ssm::cache(parameter = "/test/app/var", entry_name = "below")]
#[secrets_manager::cache(name = "/prod/db/conn_string")]
async fn traced_above(value: u8, var: String, below: String, conn_string: Secret<String>) -> Result<String, BoxError> {
    assert!(conn_string.expose().contains("shop"));
    Ok(format!("{value}{var}{below}"))
}

#[ssm::cache(parameter = "/production/app/var")]
#[tracing::instrument(skip_all)]
async fn traced_below(value: u8, #[allow(unused_mut)] mut var: String) -> Result<String, BoxError> {
    Ok(format!("{value}{var}"))
}

#[parameters::cache(parameter = "/production/app/var")]
#[ssm::cache(parameter = "/test/app/var", entry_name = "inner")]
#[parameters::cache(parameter = "/app/type")]
async fn aliased(var: String, inner: String, r#type: String) -> Result<String, Error> {
    Ok(var + &inner + &r#type)
}

#[lambda_cache::ssm::cache(parameter = "/production/app/var")]
#[lambda_cache::secrets_manager::cache(name = "/prod/db/conn_string")]
async fn by_full_path(var: String, conn_string: Secret<String>) -> Result<String, Error> {
    assert!(conn_string.expose().contains("shop"));
    Ok(var)
}

#[tokio::test]
async fn other_attributes_may_be_above_below_and_between() {
    let fake = fake();
    assert_eq!(traced_above(1).await.unwrap(), "1xy");
    assert_eq!(traced_below(1).await.unwrap(), "1x");
    assert_eq!(aliased().await.unwrap(), "xykeyword");
    assert_eq!(by_full_path().await.unwrap(), "x");
    assert_eq!(fake.calls().len(), 4);
}

// ===== Paths =====

#[derive(Debug, Deserialize, PartialEq)]
struct Database {
    #[serde(rename = "db/host")]
    host: String,
    #[serde(rename = "db/port")]
    port: u16,
    sizes: Vec<String>,
}

#[ssm::cache(path = "/app/prod")]
#[ssm::cache(path = "/app/prod", recursive = false, entry_name = "top")]
async fn by_path(prod: Database, top: HashMap<String, Vec<String>>) -> Result<(Database, Vec<String>), Error> {
    Ok((prod, top.into_keys().collect()))
}

#[ssm::cache(path = format!("/app/{stage}/"), recursive = is_deep, entry_name = "all")]
async fn by_a_path_of_the_call(stage: &str, is_deep: bool, all: HashMap<String, Value>) -> Result<usize, Error> {
    Ok(all.len())
}

#[tokio::test]
async fn a_path_is_a_map_or_a_struct_of_its_parameters() {
    let fake = testing::values();
    fake.ssm("/app/prod/db/host", "db.example");
    fake.ssm("/app/prod/db/port", "5432");
    fake.ssm("/app/prod/sizes", ["S", "M"]);
    fake.ssm("/app/production/no", "not below it");
    let database = || Database { host: "db.example".into(), port: 5432, sizes: vec!["S".into(), "M".into()] };
    for _ in 0..2 {
        assert_eq!(by_path().await.unwrap(), (database(), vec!["sizes".to_owned()]));
    }
    assert_eq!(fake.calls(), ["GetParametersByPath /app/prod"; 2], "the tree and its first level are separate entries");
    for (is_deep, count) in [(true, 3), (false, 1), (true, 3)] {
        assert_eq!(by_a_path_of_the_call("prod", is_deep).await.unwrap(), count);
    }
    assert_eq!(fake.calls().len(), 2, "a path with a slash at its end is the same path");
    let error = by_a_path_of_the_call("test", true).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSupplied);
    assert!(error.to_string().contains("/app/test/name"), "{error}");
}

#[tokio::test]
async fn an_invalidated_path_is_fetched_again() {
    let fake = testing::values();
    fake.ssm("/app/prod/var", "one");
    let path = || ssm::path("/app/prod");
    let var = async || ssm::get_entry::<HashMap<String, String>, _>(path()).await.unwrap()["var"].clone();
    assert_eq!(var().await, "one");
    fake.ssm("/app/prod/var", "two");
    assert_eq!(var().await, "one");
    ssm::invalidate(path()).unwrap();
    assert_eq!(var().await, "two");
}

// ===== Optional parameters =====

#[derive(Debug, Deserialize, PartialEq)]
struct Limits {
    daily: u32,
    hourly: Option<u32>,
}

#[ssm::cache(parameter = "/app/port", optional = true)]
#[ssm::cache(parameter = "/app/colour", optional = true, entry_name = "colour")]
#[ssm::cache(parameter = ["/app/daily", "/app/hourly"], entry_name = "limits", optional = true)]
#[ssm::cache(path = "/none", optional = true)]
async fn with_options(
    port: Option<u16>,
    colour: Option<String>,
    limits: Limits,
    none: HashMap<String, String>,
) -> Result<(Option<u16>, Option<String>, Limits, usize), Error> {
    Ok((port, colour, limits, none.len()))
}

#[tokio::test]
async fn an_optional_parameter_is_an_option_and_its_absence_is_cached() {
    let fake = testing::values();
    fake.ssm("/app/colour", "blue");
    fake.ssm("/app/daily", "100");
    let limits = || Limits { daily: 100, hourly: None };
    for _ in 0..2 {
        assert_eq!(with_options().await.unwrap(), (None, Some("blue".to_owned()), limits(), 0));
    }
    assert_eq!(fake.calls().len(), 4);
    fake.ssm("/app/port", "8080");
    fake.advance(Duration::from_mins(1));
    assert_eq!(with_options().await.unwrap().0, Some(8080));
}

#[tokio::test]
async fn an_optional_entry_is_separate_and_invalidated_with_the_other() {
    let fake = testing::values();
    let optional = async || ssm::get_entry::<Option<String>, _>("/app/var").optional().await.unwrap();
    assert_eq!(optional().await, None);
    let required = ssm::get_entry::<Option<String>, _>("/app/var").await.unwrap_err();
    assert_eq!(required.kind(), ErrorKind::NotSupplied);
    fake.ssm("/app/var", "x");
    assert_eq!(optional().await, None);
    ssm::invalidate("/app/var").unwrap();
    assert_eq!(optional().await.as_deref(), Some("x"));
}

#[tokio::test]
async fn an_optional_parameter_needs_a_type_with_none() {
    let _fake = testing::values();
    let error = ssm::get_entry::<String, _>("/app/var").optional().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    assert!(error.to_string().contains("Option"), "{error}");
}

// ===== Versions and lists of secrets =====

#[derive(Debug, Deserialize)]
struct Logins {
    db: String,
    token: String,
}

#[secrets_manager::cache(name = "/prod/db")]
#[secrets_manager::cache(name = "/prod/db", version_stage = "AWSPREVIOUS", entry_name = "old")]
#[secrets_manager::cache(name = "/prod/db", version_id = id, entry_name = "by_id")]
#[secrets_manager::cache(name = ["/prod/db", "/prod/token"], entry_name = "logins")]
#[secrets_manager::cache(name = ["/prod/db", "/prod/token"], entry_name = "hidden")]
async fn with_versions(
    id: &str,
    db: Secret<String>,
    old: Secret<String>,
    by_id: Secret<String>,
    logins: lambda_cache::Group<Logins>,
    hidden: Secret<HashMap<String, String>>,
) -> Result<Vec<String>, Error> {
    let [db, old, by_id] = [db, old, by_id].map(Secret::into_exposed);
    Ok(vec![db, old, by_id, logins.db.clone(), logins.token.clone(), hidden.expose()["token"].clone()])
}

#[tokio::test]
async fn a_secret_in_its_versions_and_in_a_list() {
    let fake = testing::values();
    for (name, value) in [("/prod/db", "new"), ("/prod/db:AWSPREVIOUS", "old"), ("/prod/db:7", "by id")] {
        fake.secrets_manager(name, value);
    }
    fake.secrets_manager("/prod/token", "t0k3n");
    for _ in 0..2 {
        assert_eq!(with_versions("7").await.unwrap(), ["new", "old", "by id", "new", "t0k3n", "t0k3n"]);
    }
    assert_eq!(fake.calls().len(), 5);
    let old = async || {
        let old = secrets_manager::get_entry::<Secret<String>, _>("/prod/db").version_stage("AWSPREVIOUS");
        old.await.unwrap().into_exposed()
    };
    fake.secrets_manager("/prod/db:AWSPREVIOUS", "older");
    assert_eq!(old().await, "old");
    secrets_manager::invalidate("/prod/db").unwrap();
    assert_eq!(old().await, "older", "all versions of a secret are invalidated");
    let of_a_list: Secret<HashMap<String, String>> =
        secrets_manager::get_entry(["/prod/db"]).version_id("7").await.unwrap();
    assert_eq!(of_a_list.expose()["db"], "by id");
}
