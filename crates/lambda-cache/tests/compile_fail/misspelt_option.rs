use lambda_cache::{Error, ssm};

#[ssm::cache(paramter = "/app/var")]
async fn handler(var: String) -> Result<String, Error> {
    Ok(var)
}

fn main() {}
