use lambda_cache::{Error, ssm};

#[ssm::cache(max_age_in_seconds = 5)]
async fn handler(var: String) -> Result<String, Error> {
    Ok(var)
}

fn main() {}
