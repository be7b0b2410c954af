use lambda_cache::{Error, ssm};

#[ssm::cache(parameter = "/app/var", recursive = true)]
async fn handler(var: String) -> Result<usize, Error> {
    Ok(var.len())
}

fn main() {}
