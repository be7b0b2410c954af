use lambda_cache::{Error, Json, secrets_manager, ssm};

#[ssm::cache(paramter = "/app/var")]
#[secrets_manager::cache(name = "/prod/db")]
async fn handler(event: String, var: String, db: Json<String>) -> Result<String, Error> {
    Ok(event + &var + &db)
}

fn main() {
    drop(handler(String::new()));
}
