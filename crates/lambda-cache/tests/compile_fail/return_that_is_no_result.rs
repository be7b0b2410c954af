use lambda_cache::ssm;

#[ssm::cache(parameter = "/app/var")]
async fn handler(var: String) -> Option<String> {
    Some(var)
}

fn main() {}
