//! A Lambda function that starts from a snapshot and fetches a value before the snapshot is taken.

use std::sync::Arc;

use lambda_cache::{SnapStart, ssm};
use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use serde_json::{Value, json};

#[ssm::cache(parameter = "/shop/production/banner", max_age_in_seconds = 3600)]
async fn handler(_event: LambdaEvent<Value>, banner: String) -> Result<Value, Error> {
    Ok(json!({ "banner": banner }))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    // Fetched in the init phase, so that the code is warmed up in the snapshot. The cache does not keep the value in
    // it.
    let _: String = ssm::get_entry("/shop/production/discount").await?;
    Runtime::new(service_fn(handler)).register_snapstart_resource(Arc::new(SnapStart)).run().await
}
