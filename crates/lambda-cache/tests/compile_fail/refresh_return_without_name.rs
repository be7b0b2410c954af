use lambda_cache::{Error, refresh_on_error, ssm};

#[refresh_on_error]
#[ssm::cache(parameter = "/app/var")]
async fn handler(var: String) -> Result<impl ToString, Error> {
    Ok(var)
}

fn main() {}
