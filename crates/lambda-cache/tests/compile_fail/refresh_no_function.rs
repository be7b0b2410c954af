use lambda_cache::refresh_on_error;

#[refresh_on_error]
struct Handler;

fn main() {}
