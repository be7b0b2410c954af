use lambda_cache::{Error, ssm};
use std::collections::HashMap;

#[ssm::cache(parameter = "/app/var", path = "/app/prod")]
async fn handler(prod: HashMap<String, String>) -> Result<usize, Error> {
    Ok(prod.len())
}

fn main() {}
