use lambda_cache::{Error, Secret, secrets_manager};
use std::collections::HashMap;

#[secrets_manager::cache(name = ["/db/one", "/db/two"], entry_name = "secrets", version_stage = "AWSPREVIOUS")]
async fn handler(secrets: Secret<HashMap<String, String>>) -> Result<(), Error> {
    let _ = secrets;
    Ok(())
}

fn main() {}
