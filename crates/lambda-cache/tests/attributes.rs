//! The attributes, on every form of function that they go onto.
#![cfg(all(feature = "ssm", feature = "secrets-manager", feature = "s3"))]

use std::{collections::HashMap, path::PathBuf, sync::Arc, time::Duration};

use lambda_cache::{Json, s3, secrets_manager, ssm, testing};
use lambda_runtime::{Context, LambdaEvent};
use serde::Deserialize;
use serde_json::{Value, json};

type BoxError = lambda_runtime::Error;

fn event() -> LambdaEvent<Value> {
    LambdaEvent::new(json!({}), Context::default())
}

#[ssm::cache(parameter = "/production/app/var")]
async fn one(_event: LambdaEvent<Value>, var: String) -> Result<String, BoxError> {
    Ok(var)
}

#[tokio::test]
async fn the_value_arrives_as_the_argument_of_its_name() {
    let fake = testing::values();
    fake.ssm("/production/app/var", "x");
    assert_eq!(one(event()).await.unwrap(), "x");
    assert_eq!(one(event()).await.unwrap(), "x");
    assert_eq!(fake.calls().len(), 1);
    fake.ssm("/production/app/var", "y");
    fake.advance(Duration::from_secs(59));
    assert_eq!(one(event()).await.unwrap(), "x");
    fake.advance(Duration::from_secs(1));
    assert_eq!(one(event()).await.unwrap(), "y");
}

#[derive(Debug, Deserialize, PartialEq)]
struct DbLogin {
    user: String,
}

#[ssm::cache(parameter = "/production/app/var", max_age_in_seconds = 300)]
#[secrets_manager::cache(name = "/prod/db/conn_string")]
#[s3::cache(uri = "s3://bucket/path/to/object.json", check_before_download = true)]
#[ssm::cache(parameter = ["/app/var1", "/app/var2"], entry_name = "parameters")]
async fn stacked(
    _event: LambdaEvent<Value>,
    var: Arc<str>,
    mut parameters: HashMap<String, String>,
    conn_string: Json<DbLogin>,
    object_json: PathBuf,
) -> Result<Value, BoxError> {
    parameters.insert("own".to_owned(), var.to_string());
    let content: Value = serde_json::from_slice(&std::fs::read(object_json)?)?;
    Ok(json!([parameters["var1"], parameters["own"], conn_string.user, content]))
}

#[tokio::test]
async fn stacked_attributes_are_one_lookup_in_any_order_of_arguments() {
    let fake = testing::values();
    fake.ssm("/production/app/var", "x");
    fake.ssm("/app/var1", "1");
    fake.ssm("/app/var2", "2");
    fake.secrets_manager("/prod/db/conn_string", r#"{"user": "shop"}"#);
    fake.s3("s3://bucket/path/to/object.json", r#"{"status": "ok"}"#);
    for _ in 0..2 {
        assert_eq!(stacked(event()).await.unwrap(), json!(["1", "x", "shop", {"status": "ok"}]));
    }
    assert_eq!(fake.calls().len(), 4);
    fake.advance(Duration::from_mins(1));
    stacked(event()).await.unwrap();
    assert_eq!(fake.calls().len(), 7, "one of the four is good for 300 s");
}
