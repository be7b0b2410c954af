//! The comparison for `first-ours`: typical code with the default AWS SDK.

use aws_config::BehaviorVersion;
use aws_sdk_ssm::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let name = std::env::args().nth(1).ok_or("which parameter?")?;
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let client = Client::new(&config);
    let output = client.get_parameter().name(name).with_decryption(true).send().await?;
    let parameter = output.parameter.ok_or("no parameter")?;
    println!("{}", parameter.value.ok_or("no value")?);
    Ok(())
}
