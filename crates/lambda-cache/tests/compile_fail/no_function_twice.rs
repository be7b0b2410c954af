use lambda_cache::{s3, ssm};

#[ssm::cache(parameter = "/app/var")]
#[s3::cache(uri = "s3://bucket/object.json")]
struct Handler;

fn main() {}
