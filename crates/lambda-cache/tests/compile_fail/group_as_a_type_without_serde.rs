use lambda_cache::{Error, ssm};

struct Settings;

#[ssm::cache(parameter = ["/app/var1", "/app/var2"], entry_name = "settings")]
async fn handler(settings: Settings) -> Result<(), Error> {
    let Settings = settings;
    Ok(())
}

fn main() {}
