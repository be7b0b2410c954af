use std::collections::HashMap;

use lambda_cache::{Error, ssm};

#[ssm::cache(parameter = [("db", "/app/var", "x")], entry_name = "parameters")]
async fn handler(parameters: HashMap<String, String>) -> Result<usize, Error> {
    Ok(parameters.len())
}

fn main() {}
