use lambda_cache::{Error, Secret, secrets_manager};

#[secrets_manager::cache(name = "", entry_name = "secret")]
async fn handler(secret: Secret<String>) -> Result<(), Error> {
    let _ = secret;
    Ok(())
}

fn main() {}
