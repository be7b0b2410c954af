use lambda_cache::{Error, ssm};

const NAME: &str = "/app/var";

#[ssm::cache(parameter = NAME)]
async fn handler(var: String) -> Result<String, Error> {
    Ok(var)
}

fn main() {}
