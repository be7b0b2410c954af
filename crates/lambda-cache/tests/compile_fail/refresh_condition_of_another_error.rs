use lambda_cache::{Error, refresh_on_error, ssm};

fn is_wrong_password(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::PermissionDenied
}

#[refresh_on_error(when = is_wrong_password)]
#[ssm::cache(parameter = "/app/var")]
async fn handler(var: String) -> Result<String, Error> {
    Ok(var)
}

fn main() {}
