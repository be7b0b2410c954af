use lambda_cache::{Error, ssm};

#[ssm::cache(parameter = "/app/self")]
async fn handler(var: String) -> Result<String, Error> {
    Ok(var)
}

fn main() {}
