use lambda_cache::{Error, ssm};

#[ssm::cache(parameter = "/app/var")]
async fn handler(var: impl AsRef<str>) -> Result<usize, Error> {
    Ok(var.as_ref().len())
}

fn main() {}
