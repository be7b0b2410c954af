use lambda_cache::{Error, ssm};

#[ssm::cache(parameter = "/app/var")]
async fn handler(event: String) -> Result<String, Error> {
    Ok(event)
}

fn main() {}
