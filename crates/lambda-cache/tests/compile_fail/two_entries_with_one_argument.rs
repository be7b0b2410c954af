use lambda_cache::{Error, ssm};

#[ssm::cache(parameter = "/prod/var")]
#[ssm::cache(parameter = "/test/var")]
async fn handler(var: String) -> Result<String, Error> {
    Ok(var)
}

fn main() {}
