use lambda_cache::ssm;

#[ssm::cache(parameter = "/app/var")]
struct Handler;

fn main() {}
