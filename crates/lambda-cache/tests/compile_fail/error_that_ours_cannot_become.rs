use lambda_cache::ssm;

#[ssm::cache(parameter = "/app/var")]
async fn handler(var: String) -> Result<String, std::num::ParseIntError> {
    Ok(var)
}

fn main() {}
