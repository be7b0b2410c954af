use std::path::PathBuf;

use lambda_cache::{Error, s3};

#[s3::cache(uri = "s3://bucket/prod/model.bin", argument = first)]
#[s3::cache(uri = "s3://bucket/test/model.bin", argument = second)]
async fn handler(first: PathBuf, second: PathBuf) -> Result<bool, Error> {
    Ok(first == second)
}

fn main() {}
