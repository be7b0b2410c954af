use lambda_cache::{Error, refresh_on_error, ssm};

#[refresh_on_error]
#[ssm::cache(parameter = "/app/var")]
#[refresh_on_error(when = |_| true)]
async fn handler(var: String) -> Result<String, Error> {
    Ok(var)
}

fn main() {}
