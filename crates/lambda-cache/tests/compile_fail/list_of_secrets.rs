use lambda_cache::{Error, Secret, secrets_manager};

#[secrets_manager::cache(name = ["/db/one", "/db/two"], entry_name = "secrets")]
async fn handler(secrets: Secret<String>) -> Result<(), Error> {
    let _ = secrets;
    Ok(())
}

fn main() {}
