use lambda_cache::{Error, refresh_on_error, ssm};

#[ssm::cache(parameter = "/app/var")]
#[refresh_on_error(if_error = Error::is_transient)]
async fn handler(var: String) -> Result<String, Error> {
    Ok(var)
}

fn main() {}
