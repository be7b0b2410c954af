//! Two calls that the library does not implement, cached: an item of `DynamoDB`, and an HTTP API.
//!
//! Run it with `RATES_URL=http://... cargo run -p rust-custom`, AWS settings in the environment, and a table
//! `settings` whose key is `id`.
#![expect(clippy::print_stdout, reason = "it shows what it has")]

use std::{collections::HashMap, env, error::Error, sync::Arc};

use aws_sdk_dynamodb::{Client, types::AttributeValue};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper_util::{client::legacy, rt::TokioExecutor};
use lambda_cache::custom::{self, Fetch};

/// The error of the calls.
type Backoff = Box<dyn Error + Send + Sync>;

/// The settings of a shop: one item of a table.
#[derive(Clone)]
struct Settings {
    dynamodb: Client,
}

impl Fetch for Settings {
    type Value = Arc<HashMap<String, AttributeValue>>;
    type Error = aws_sdk_dynamodb::Error;

    async fn fetch(&self) -> Result<Self::Value, Self::Error> {
        let id = AttributeValue::S("shop".to_owned());
        let answer = self.dynamodb.get_item().table_name("settings").key("id", id).send().await?;
        Ok(Arc::new(answer.item.unwrap_or_default()))
    }
}

/// Exchange rates, from an HTTP API.
async fn exchange_rates() -> Result<Arc<HashMap<String, f64>>, Backoff> {
    let http = legacy::Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let answer = http.get(env::var("RATES_URL")?.parse()?).await?;
    if !answer.status().is_success() {
        return Err(format!("the API of rates says {}", answer.status()).into());
    }
    let body = answer.into_body().collect().await?.to_bytes();
    Ok(Arc::new(serde_json::from_slice(&body)?))
}

/// The body of a Lambda function, called by `main` in this example.
#[custom::cache(fetch = shop.clone(), entry_name = "settings", max_age_in_seconds = 300)]
#[custom::cache(fetch = exchange_rates, entry_name = "rates", max_age_in_seconds = 300, stale_if_error_in_seconds = 3600)]
async fn handler(
    shop: &Settings,
    settings: Arc<HashMap<String, AttributeValue>>,
    rates: Arc<HashMap<String, f64>>,
) -> Result<String, lambda_cache::Error> {
    let greeting = settings.get("greeting").and_then(|greeting| greeting.as_s().ok());
    let euro = rates.get("EUR").copied().unwrap_or(1.0);
    Ok(format!("{}: {:.2} EUR", greeting.map_or("hello", String::as_str), 10.0 * euro))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Backoff> {
    let shop = Settings { dynamodb: Client::new(&lambda_cache::sdk_config().await?) };
    println!("{}", handler(&shop).await?);
    println!("{}", handler(&shop).await?); // from the cache
    Ok(())
}
