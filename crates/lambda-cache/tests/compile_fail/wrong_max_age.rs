use lambda_cache::{Error, ssm};

#[ssm::cache(parameter = "/app/var", max_age_in_seconds = "300")]
async fn handler(var: String) -> Result<String, Error> {
    Ok(var)
}

fn main() {}
