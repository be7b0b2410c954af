use std::pin::Pin;

use lambda_cache::{Error, ssm};

#[ssm::cache(parameter = "/app/var")]
fn handler(var: String) -> Pin<Box<dyn Future<Output = Result<String, Error>>>> {
    Box::pin(async { Ok(var) })
}

fn main() {}
