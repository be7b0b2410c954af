//! A Lambda function that fetches all of its parameters from AWS at every invocation, at the same time.

use lambda_cache::ssm;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

#[ssm::cache(parameter = "/shop/production/banner", max_age_in_seconds = 0)]
#[ssm::cache(parameter = "/shop/production/discount", max_age_in_seconds = 0)]
async fn handler(_event: LambdaEvent<Value>, banner: String, discount: String) -> Result<Value, Error> {
    Ok(json!({ "banner": banner, "discount": discount }))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(handler)).await
}
