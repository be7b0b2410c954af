use lambda_cache::{Error, refresh_on_error, ssm};

#[refresh_on_error(|error| error.is_transient())]
#[ssm::cache(parameter = "/app/var")]
async fn handler(var: String) -> Result<String, Error> {
    Ok(var)
}

fn main() {}
