use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use aws_sdk_s3::{
    error::SdkError,
    operation::get_object::{GetObjectError, GetObjectOutput},
    types::ChecksumMode,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_types::region::Region;
use futures_util::{StreamExt, stream};
use lambda_cache_names::s3::S3Uri;

use super::{
    connection::{Connection, S3},
    error::{Asked, timed_out},
    freeze::unfrozen,
    http_client::late,
};
use crate::{Error, source::s3::GetObject};

/// The Regions of buckets that are not in the configured one, learned from S3's answers.
#[derive(Debug, Default)]
pub(super) struct BucketRegions(Mutex<HashMap<String, Region>>);

impl BucketRegions {
    fn get(&self, bucket: &str) -> Option<Region> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(bucket).cloned()
    }

    fn set(&self, bucket: &str, region: Region) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(bucket.to_owned(), region);
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>; a bucket in another Region is followed there.
pub(super) async fn get_object(
    connection: &Connection,
    uri: &S3Uri,
    if_none_match: Option<&str>,
) -> Result<GetObject, Error> {
    let known = connection.bucket_regions().get(uri.bucket());
    let mut answer = send(connection, uri, if_none_match, known).await;
    if let Some(region) = answer.as_ref().err().and_then(elsewhere) {
        answer = send(connection, uri, if_none_match, Some(region.clone())).await;
        // Where nobody answers is no place to ask again: one answer that makes no sense would close the bucket.
        if answer.as_ref().err().is_none_or(|error| status(error).is_some()) {
            connection.bucket_regions().set(uri.bucket(), region);
        }
    }
    match answer {
        Ok(object) => Ok(read(object, asked(uri, connection.place(S3)), connection.read_timeout())),
        Err(error) if status(&error) == Some(304) => Ok(GetObject::NotModified),
        Err(error) => Err(asked(uri, connection.place(S3)).failed(&error)),
    }
}

fn asked(uri: &S3Uri, place: String) -> Asked {
    Asked {
        what: format!("S3 object {:?}", uri.to_string()),
        operation: "GetObject",
        permission: "s3:GetObject",
        place,
    }
}

type SendError = SdkError<GetObjectError, HttpResponse>;

async fn send(
    connection: &Connection,
    uri: &S3Uri,
    if_none_match: Option<&str>,
    region: Option<Region>,
) -> Result<GetObjectOutput, SendError> {
    let request = connection
        .s3()
        .get_object()
        .bucket(uri.bucket())
        .key(uri.key())
        .set_if_none_match(if_none_match.map(str::to_owned))
        .checksum_mode(ChecksumMode::Enabled);
    unfrozen(connection.call_timeout(), || {
        let (request, region) = (request.clone(), region.clone());
        async {
            match region {
                None => request.send().await,
                Some(region) => {
                    let there = aws_sdk_s3::config::Builder::new().region(region);
                    request.customize().config_override(there).send().await
                }
            }
        }
    })
    .await
}

fn status(error: &SendError) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

/// The Region of the bucket, where S3 says that it is another one.
fn elsewhere(error: &SendError) -> Option<Region> {
    let is_redirect = matches!(status(error), Some(301 | 307 | 400));
    let region = error.raw_response()?.headers().get("x-amz-bucket-region")?;
    is_redirect.then(|| Region::new(region.to_owned()))
}

/// The body as a stream. The SDK checks the checksum that S3 sent, where it sent one, and ends in an error; a body that
/// stands still for longer than `limit` does, too, whatever HTTP client it comes through.
fn read(object: GetObjectOutput, asked: Asked, limit: Option<Duration>) -> GetObject {
    let size_bytes = object.content_length.and_then(|length| u64::try_from(length).ok());
    let limit = limit.unwrap_or(Duration::MAX);
    let body = stream::unfold((object.body, asked), move |(mut body, asked)| async move {
        let chunk = match tokio::time::timeout(limit, body.next()).await {
            Ok(chunk) => chunk?.map_err(|error| broken(&asked, &error)),
            Err(_) => Err(broken(&asked, &late(format!("the answer stood still for {limit:?}")))),
        };
        Some((chunk, (body, asked)))
    });
    GetObject::Object { etag: object.e_tag, size_bytes, body: body.boxed() }
}

fn broken(asked: &Asked, error: &(dyn std::error::Error + 'static)) -> Error {
    let is_checksum = || format!("{:?}", error.source()).to_lowercase().contains("checksum");
    let (code, reason) = match timed_out(error) {
        Some(late) => (Error::TIMEOUT, late.to_string()),
        None if is_checksum() => ("IncompleteBody", "its checksum is wrong".to_owned()),
        None => ("IncompleteBody", "the download broke off".to_owned()),
    };
    asked.unavailable(code, format!("{reason}; the file was left as it was"))
}
