use std::collections::HashMap;

use lambda_cache::{Error, ssm};

#[ssm::cache(parameter = ["/app/var", 5], entry_name = "parameters")]
async fn handler(parameters: HashMap<String, String>) -> Result<usize, Error> {
    Ok(parameters.len())
}

fn main() {}
