mod body;
mod head;
mod regions;

use std::ops::Range;

use aws_sdk_s3::{
    config::ResponseChecksumValidation,
    error::SdkError,
    operation::get_object::{GetObjectError, GetObjectOutput, builders::GetObjectFluentBuilder},
    types::ChecksumMode,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_types::region::Region;
use lambda_cache_names::s3::S3Uri;

pub(super) use self::regions::BucketRegions;
use self::{body::body, head::head, regions::elsewhere};
use super::{
    connection::{Connection, S3},
    error::Asked,
    freeze::unfrozen,
};
use crate::{
    Error,
    source::{
        Operation,
        s3::{Body, GetObject},
    },
};

/// Codes of answers that do not fit.
const OTHER_PART: &str = "InvalidRange";
const CHANGED: &str = "PreconditionFailed";

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>; a bucket in another Region is followed there.
pub(super) async fn get_object(
    connection: &Connection,
    uri: &S3Uri,
    if_none_match: Option<&str>,
) -> Result<GetObject, Error> {
    let checksum_mode = connection.checks_checksums().then_some(ChecksumMode::Enabled);
    let request =
        of(connection, uri).set_if_none_match(if_none_match.map(str::to_owned)).set_checksum_mode(checksum_mode);
    match ask(connection, uri, request).await {
        Ok(object) => Ok(GetObject::Object(head(&object), read(object, connection, uri))),
        Err(error) if status(&error) == Some(304) => Ok(GetObject::NotModified),
        Err(error) => Err(asked(connection, uri).failed(&error)),
    }
}

/// The same, with `Range` and `If-Match`.
pub(super) async fn get_part(
    connection: &Connection,
    uri: &S3Uri,
    etag: &str,
    bytes: Range<u64>,
) -> Result<Body, Error> {
    let range = format!("{}-{}", bytes.start, bytes.end.saturating_sub(1));
    let request = of(connection, uri).if_match(etag).range(format!("bytes={range}"));
    match ask(connection, uri, request).await {
        Ok(object) if gives(&object, &range) => Ok(read(object, connection, uri)),
        Ok(_) => {
            Err(asked(connection, uri).unavailable(OTHER_PART, "the answer is not the part that was asked for".into()))
        }
        Err(error) if status(&error) == Some(412) => {
            Err(asked(connection, uri).unavailable(CHANGED, "it changed while it was downloaded".into()))
        }
        Err(error) => Err(asked(connection, uri).failed(&error)),
    }
}

/// Whether the answer is this part, and no other, nor all of the object.
fn gives(object: &GetObjectOutput, range: &str) -> bool {
    let said = object.content_range().and_then(|said| said.strip_prefix("bytes ")?.split_once('/'));
    said.is_some_and(|(said, _)| said.trim() == range)
}

fn of(connection: &Connection, uri: &S3Uri) -> GetObjectFluentBuilder {
    connection.s3().get_object().bucket(uri.bucket()).key(uri.key())
}

fn read(object: GetObjectOutput, connection: &Connection, uri: &S3Uri) -> Body {
    body(object.body, asked(connection, uri), connection.read_timeout())
}

fn asked(connection: &Connection, uri: &S3Uri) -> Asked {
    Asked {
        what: format!("S3 object {:?}", uri.to_string()),
        operation: Operation::GetObject,
        place: connection.place(S3),
    }
}

type SendError = SdkError<GetObjectError, HttpResponse>;

async fn ask(
    connection: &Connection,
    uri: &S3Uri,
    request: GetObjectFluentBuilder,
) -> Result<GetObjectOutput, SendError> {
    let known = connection.bucket_regions().get(uri.bucket());
    let answer = send(connection, &request, known).await;
    let Some(region) = answer.as_ref().err().and_then(elsewhere) else { return answer };
    let answer = send(connection, &request, Some(region.clone())).await;
    // Where nobody answers is no place to ask again: one answer that makes no sense would close the bucket.
    if answer.as_ref().err().is_none_or(|error| status(error).is_some()) {
        connection.bucket_regions().set(uri.bucket(), region);
    }
    answer
}

async fn send(
    connection: &Connection,
    request: &GetObjectFluentBuilder,
    region: Option<Region>,
) -> Result<GetObjectOutput, SendError> {
    let is_part = request.get_range().is_some();
    let mut config = aws_sdk_s3::config::Builder::new();
    if region.is_some() {
        config.set_region(region.clone()); // None would take the configured one away
    }
    if is_part {
        // A part has no checksum of the object's: what a stand-in says there all the same is not checked.
        config.set_response_checksum_validation(Some(ResponseChecksumValidation::WhenRequired));
    }
    unfrozen(connection.call_timeout(), || {
        let call = request.clone().customize();
        let is_plain = region.is_none() && !is_part;
        if is_plain { call.send() } else { call.config_override(config.clone()).send() }
    })
    .await
}

fn status(error: &SendError) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_is_another_part_or_the_whole_is_not_taken_for_the_part() {
        let of = |range: Option<&str>| GetObjectOutput::builder().set_content_range(range.map(str::to_owned)).build();
        assert!(gives(&of(Some("bytes 8-15/100")), "8-15"));
        for other in [None, Some("bytes 0-15/100"), Some("bytes 8-99/100"), Some("8-15/100"), Some("")] {
            assert!(!gives(&of(other), "8-15"), "{other:?}");
        }
    }
}
