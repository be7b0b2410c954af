use std::collections::HashMap;

use lambda_cache::{Error, ssm};

#[ssm::cache(parameter = ["/app/var1", "/app/var2"])]
async fn handler(parameters: HashMap<String, String>) -> Result<usize, Error> {
    Ok(parameters.len())
}

fn main() {}
