//! One parameter through lambda-cache, configured by the environment.

use std::sync::Arc;

use lambda_cache::ssm;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let name = std::env::args().nth(1).ok_or("which parameter?")?;
    let value: Arc<str> = ssm::get_entry(name).await?;
    println!("{value}");
    Ok(())
}
