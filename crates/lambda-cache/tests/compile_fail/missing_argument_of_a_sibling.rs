use lambda_cache::{Error, s3, ssm};

#[ssm::cache(parameter = "/app/var")]
#[s3::cache(uri = "s3://bucket/object.json")]
async fn handler(var: String) -> Result<String, Error> {
    Ok(var)
}

fn main() {}
