use std::path::PathBuf;

use lambda_cache::{Error, s3};

#[s3::cache(uri = "s3://bucket/model.tar.gz", entry_name = "model", file_name = "models/model.tar.gz")]
async fn handler(model: PathBuf) -> Result<PathBuf, Error> {
    Ok(model)
}

fn main() {}
