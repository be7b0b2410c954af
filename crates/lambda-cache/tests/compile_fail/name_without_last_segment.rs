use lambda_cache::{Error, ssm};

#[ssm::cache(parameter = "/app/")]
async fn handler(app: String) -> Result<String, Error> {
    Ok(app)
}

fn main() {}
