use lambda_cache::{Error, ssm};

#[ssm::cache(parameter = "/app/var")]
fn handler(var: String) -> Result<String, Error> {
    Ok(var)
}

fn main() {}
