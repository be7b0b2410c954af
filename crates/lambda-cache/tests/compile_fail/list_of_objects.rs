use std::path::PathBuf;

use lambda_cache::{Error, s3};

#[s3::cache(uri = ["s3://bucket/one", "s3://bucket/two"], entry_name = "files")]
async fn handler(files: PathBuf) -> Result<(), Error> {
    let _ = files;
    Ok(())
}

fn main() {}
