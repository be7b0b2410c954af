use lambda_cache::{Error, ssm};
use std::collections::HashMap;

#[ssm::cache(path = 7, entry_name = "prod")]
async fn handler(prod: HashMap<String, String>) -> Result<usize, Error> {
    Ok(prod.len())
}

fn main() {}
