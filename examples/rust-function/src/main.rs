//! A Lambda function with all three sources: parameters, a secret and a file.

use std::{fs, path::PathBuf};

use lambda_cache::{Json, s3, secrets_manager, ssm};
use lambda_runtime::{Error, LambdaEvent, service_fn, tracing};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    refresh: bool,
}

/// The parameters of one list, by the last part of their names.
#[derive(Deserialize)]
struct Settings {
    discount: String,
    sizes: Vec<String>,
}

/// The part of the secret's JSON that the function uses.
#[derive(Deserialize)]
struct Login {
    user: String,
}

/// The values that the function got.
#[derive(Serialize)]
struct Answer {
    banner: String,
    discount: String,
    sizes: Vec<String>,
    user: String,
    prices: Value,
}

#[ssm::cache(parameter = "/shop/production/banner", max_age_in_seconds = 5)]
#[ssm::cache(parameter = ["/shop/production/discount", "/shop/production/sizes"], entry_name = "settings")]
#[secrets_manager::cache(name = "/shop/production/login", max_age_in_seconds = 300)]
#[s3::cache(uri = "s3://shop-files/models/prices.json", max_age_in_seconds = 5, check_before_download = true)]
async fn handler(
    event: LambdaEvent<Event>,
    banner: String,
    settings: Settings,
    login: Json<Login>,
    prices_json: PathBuf,
) -> Result<Answer, Error> {
    let banner =
        if event.payload.refresh { ssm::get_entry("/shop/production/banner").refresh().await? } else { banner };
    Ok(Answer {
        banner,
        discount: settings.discount,
        sizes: settings.sizes,
        user: login.user.clone(),
        prices: serde_json::from_slice(&fs::read(prices_json)?)?,
    })
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    // Up to AWS_LAMBDA_MAX_CONCURRENCY concurrent invocations, or one after the other if it is not set.
    lambda_runtime::run_concurrent(service_fn(handler)).await
}
