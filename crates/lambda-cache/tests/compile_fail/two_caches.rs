use lambda_cache::{Cache, Error, ssm};

#[ssm::cache(parameter = "/app/one", cache = first)]
#[ssm::cache(parameter = "/app/two", cache = second)]
async fn handler(first: &Cache, second: &Cache, one: String, two: String) -> Result<String, Error> {
    Ok(one + &two)
}

fn main() {}
