use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use aws_types::region::Region;

use super::{SendError, status};

/// The Regions of buckets that are not in the configured one, learned from S3's answers.
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

/// The Region of the bucket, where S3 says that it is another one.
pub(super) fn elsewhere(error: &SendError) -> Option<Region> {
    let is_redirect = matches!(status(error), Some(301 | 307 | 400));
    let region = error.raw_response()?.headers().get("x-amz-bucket-region")?;
    is_redirect.then(|| Region::new(region.to_owned()))
}
