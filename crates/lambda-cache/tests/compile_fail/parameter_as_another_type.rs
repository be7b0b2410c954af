use lambda_cache::{Error, ssm};

struct Mine;

#[ssm::cache(parameter = "/app/var")]
async fn handler(var: Mine) -> Result<(), Error> {
    let Mine = var;
    Ok(())
}

fn main() {}
