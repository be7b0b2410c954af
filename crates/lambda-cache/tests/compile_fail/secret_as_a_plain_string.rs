use lambda_cache::{Error, secrets_manager};

#[secrets_manager::cache(name = "/prod/db/password")]
async fn handler(password: String) -> Result<usize, Error> {
    Ok(password.len())
}

fn main() {}
