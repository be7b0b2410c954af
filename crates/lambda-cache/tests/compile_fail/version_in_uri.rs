use std::path::PathBuf;

use lambda_cache::{Error, s3};

#[s3::cache(uri = "s3://bucket/object.json?versionId=3HL4kqtJ")]
async fn handler(object_json: PathBuf) -> Result<PathBuf, Error> {
    Ok(object_json)
}

fn main() {}
