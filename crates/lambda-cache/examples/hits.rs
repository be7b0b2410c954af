//! Hits alone, for counting instructions: `hits FORM TIMES`. The AWS endpoint must have the values that the forms
//! request.
//!
//! `scripts/instructions.py` runs each form under valgrind with different numbers of hits. The difference is the cost
//! of a hit.

use std::{env, hint::black_box, sync::Arc};

use lambda_cache::{Error, Json, Secret, secrets_manager, ssm};

/// A function without entries, for the cost of the call alone.
#[expect(clippy::unused_async, reason = "it stands beside those that are")]
async fn nothing(value: usize) -> Result<usize, Error> {
    Ok(black_box(value))
}

#[ssm::cache(parameter = "/app/one")]
async fn attribute(value: usize, one: Arc<str>) -> Result<usize, Error> {
    black_box(one);
    Ok(black_box(value))
}

async fn plain(value: usize) -> Result<usize, Error> {
    let one: Arc<str> = ssm::get_entry("/app/one").await?;
    black_box(one);
    Ok(black_box(value))
}

#[ssm::cache(parameter = "/app/one")]
#[ssm::cache(parameter = "/app/two")]
#[secrets_manager::cache(name = "/app/three")]
async fn three_attributes(value: usize, one: Arc<str>, two: Arc<str>, three: Secret<Arc<str>>) -> Result<usize, Error> {
    black_box((one, two, three));
    Ok(black_box(value))
}

async fn three_plain(value: usize) -> Result<usize, Error> {
    let one: Arc<str> = ssm::get_entry("/app/one").await?;
    let two: Arc<str> = ssm::get_entry("/app/two").await?;
    let three: Secret<Arc<str>> = secrets_manager::get_entry("/app/three").await?;
    black_box((one, two, three));
    Ok(black_box(value))
}

/// A call site whose names alternate, as in a generic function.
#[ssm::cache(parameter = if value.is_multiple_of(2) { "/app/one" } else { "/app/two" }, entry_name = "one")]
async fn alternating_attribute(value: usize, one: Arc<str>) -> Result<usize, Error> {
    black_box(one);
    Ok(black_box(value))
}

async fn alternating_plain(value: usize) -> Result<usize, Error> {
    let one: Arc<str> = ssm::get_entry(if value.is_multiple_of(2) { "/app/one" } else { "/app/two" }).await?;
    black_box(one);
    Ok(black_box(value))
}

#[secrets_manager::cache(name = "/app/json")]
async fn json_attribute(value: usize, json: Json<Vec<u32>>) -> Result<usize, Error> {
    Ok(black_box(value) + json.len())
}

async fn json_plain(value: usize) -> Result<usize, Error> {
    let json: Json<Vec<u32>> = secrets_manager::get_entry("/app/json").await?;
    Ok(black_box(value) + json.len())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let form = arguments.next().ok_or("which form?")?;
    let times: usize = arguments.next().ok_or("how many hits?")?.parse()?;
    for time in 0..times {
        match form.as_str() {
            "nothing" => nothing(time).await?,
            "attribute" => attribute(time).await?,
            "plain" => plain(time).await?,
            "three-attributes" => three_attributes(time).await?,
            "three-plain" => three_plain(time).await?,
            "alternating-attribute" => alternating_attribute(time).await?,
            "alternating-plain" => alternating_plain(time).await?,
            "json-attribute" => json_attribute(time).await?,
            "json-plain" => json_plain(time).await?,
            other => return Err(format!("no such form: {other}").into()),
        };
    }
    Ok(())
}
