use lambda_cache::{refresh_on_error, ssm};

#[refresh_on_error]
#[ssm::cache(parameter = "/app/var")]
async fn handler(var: String) {
    drop(var);
}

fn main() {}
