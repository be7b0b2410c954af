use lambda_cache::{Error, ssm};

#[ssm::cache(parameter = 5)]
async fn handler(var: String) -> Result<String, Error> {
    Ok(var)
}

fn main() {}
