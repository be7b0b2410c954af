use lambda_cache::ssm;

#[ssm::cache(parameter = "/app/var")]
async fn handler(var: String) {
    drop(var);
}

fn main() {}
