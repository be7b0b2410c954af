use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::region::Region;
use lambda_cache_names::s3::S3Uri;

use super::SendError;
use crate::aws::{connection::Connection, freeze::retry_if_frozen};

const BUCKET_REGION: &str = "x-amz-bucket-region";

/// The Regions of buckets outside the configured Region, learned from S3's answers.
#[derive(Debug, Default)]
pub(in crate::aws) struct BucketRegions(Mutex<HashMap<String, Region>>);

impl BucketRegions {
    pub(super) fn get(&self, bucket: &str) -> Option<Region> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(bucket).cloned()
    }

    pub(super) fn set(&self, bucket: &str, region: Region) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(bucket.to_owned(), region);
    }
}

/// Returns the Region of the bucket if S3's answer shows that it is not the requested one: from the answer's header,
/// its body or `HeadBucket`, as in botocore's `S3RegionRedirectorv2`.
pub(super) async fn elsewhere(
    connection: &Connection,
    uri: &S3Uri,
    asked: Option<&Region>,
    error: &SendError,
) -> Option<Region> {
    let answer = error.raw_response()?;
    if uri.bucket().starts_with("arn:") {
        return None; // an access point's ARN names its Region
    }
    let code = error.code().unwrap_or_default();
    let is_redirect = matches!(answer.status().as_u16(), 301 | 302 | 307)
        || ["PermanentRedirect", "IllegalLocationConstraintException"].contains(&code);
    let is_refusal = answer.status().as_u16() == 400;
    let said = match header(answer).or_else(|| in_body(answer)) {
        Some(region) if is_redirect || is_refusal => region,
        None if is_redirect => head_bucket(connection, uri).await?,
        _ => return None,
    };
    let is_region = |said: &String| {
        let is_label = said.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        is_label && !said.is_empty() && !said.starts_with('-') && !said.ends_with('-') && said.len() < 64
    };
    let region = Some(said).filter(is_region).map(Region::new)?;
    (Some(&region) != asked).then_some(region)
}

fn header(answer: &HttpResponse) -> Option<String> {
    answer.headers().get(BUCKET_REGION).map(str::to_owned)
}

/// Returns the `<Region>` in an error's XML.
fn in_body(answer: &HttpResponse) -> Option<String> {
    let body = std::str::from_utf8(answer.body().bytes()?).ok()?;
    let (_, rest) = body.split_once("<Region>")?;
    rest.split_once("</Region>").map(|(region, _)| region.trim().to_owned())
}

/// Calls `HeadBucket`, whose answer contains the Region even if it is an error.
async fn head_bucket(connection: &Connection, uri: &S3Uri) -> Option<String> {
    let answer =
        retry_if_frozen(connection.call_timeout(), || connection.s3().head_bucket().bucket(uri.bucket()).send()).await;
    match answer {
        Ok(bucket) => bucket.bucket_region,
        Err(error) => header(error.raw_response()?),
    }
}
