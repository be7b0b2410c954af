use lambda_cache::{Error, s3};

#[s3::cache(uri = "s3://bucket/object.json")]
async fn handler(object_json: String) -> Result<String, Error> {
    Ok(object_json)
}

fn main() {}
