use lambda_cache::{Error, refresh_on_error, ssm};

struct Event;

#[refresh_on_error]
#[ssm::cache(parameter = "/app/var")]
async fn handler(event: Event, var: String) -> Result<String, Error> {
    drop(event);
    Ok(var)
}

fn main() {}
