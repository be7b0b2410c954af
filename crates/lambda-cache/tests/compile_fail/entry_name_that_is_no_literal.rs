use lambda_cache::{Error, ssm};

const NAME: &str = "name";

#[ssm::cache(parameter = "/app/var", entry_name = NAME)]
async fn handler(name: String) -> Result<String, Error> {
    Ok(name)
}

fn main() {}
