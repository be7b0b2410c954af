use lambda_cache::{Error, secrets_manager};
use std::collections::HashMap;

#[secrets_manager::cache(name = ["/db/one", "/db/two"], entry_name = "secrets")]
async fn handler(secrets: HashMap<String, String>) -> Result<(), Error> {
    let _ = secrets;
    Ok(())
}

fn main() {}
