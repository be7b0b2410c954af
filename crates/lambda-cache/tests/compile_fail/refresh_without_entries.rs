use lambda_cache::{Error, refresh_on_error};

#[refresh_on_error]
async fn handler() -> Result<String, Error> {
    Ok(String::new())
}

fn main() {}
