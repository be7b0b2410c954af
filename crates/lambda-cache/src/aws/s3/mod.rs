mod addressing;
mod answered;
mod body;
mod head;
mod regions;

use std::ops::Range;

use aws_sdk_s3::{
    config::{ResponseChecksumValidation, retry::RetryConfig},
    error::SdkError,
    operation::{
        create_session::CreateSessionError,
        get_object::{GetObjectError, GetObjectOutput, builders::GetObjectFluentBuilder},
    },
    types::ChecksumMode,
};
use aws_smithy_runtime_api::client::{endpoint::error::ResolveEndpointError, orchestrator::HttpResponse};
use aws_smithy_types::DateTime;
use aws_types::region::Region;
use lambda_cache_names::s3::S3Uri;

pub(super) use self::{addressing::Addressing, regions::BucketRegions};
use self::{
    answered::Answered,
    body::body,
    head::{head, not_modified, part_head},
    regions::elsewhere,
};
use super::{
    connection::{Connection, S3},
    error::ErrorContext,
    error_chain::{causes, find},
    freeze::retry_if_frozen,
};
use crate::{
    Error, ErrorKind,
    source::{
        Operation, policy,
        s3::{Body, GetObject, GetPart, Version},
    },
};

/// Calls <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html> and follows a bucket to another Region.
pub(super) async fn get_object(
    connection: &Connection,
    uri: &S3Uri,
    unless: Option<&Version>,
) -> Result<GetObject, Error> {
    let checksum_mode = connection.checks_checksums().then_some(ChecksumMode::Enabled);
    let request = of(connection, uri).set_checksum_mode(checksum_mode);
    let request = match unless {
        Some(Version { etag: Some(etag), .. }) => request.if_none_match(etag),
        Some(Version { last_modified_s: Some(seconds), .. }) => {
            request.if_modified_since(DateTime::from_secs(*seconds))
        }
        _ => request,
    };
    let answered = Answered::default();
    match ask(connection, uri, request, &answered).await {
        Ok(object) => Ok(GetObject::Object(head(&object, &answered), read(object, connection, uri))),
        Err(error) if status(&error) == Some(304) => Ok(GetObject::NotModified(not_modified(&error))),
        Err(error) => Err(failed(connection, uri, &error)),
    }
}

/// Calls `GetObject` with `Range` and `If-Match`.
pub(super) async fn get_part(
    connection: &Connection,
    uri: &S3Uri,
    if_match: Option<&str>,
    bytes: Range<u64>,
) -> Result<GetPart, Error> {
    let range = format!("bytes={}-{}", bytes.start, bytes.end.saturating_sub(1));
    let request = of(connection, uri).set_if_match(if_match.map(str::to_owned)).range(range);
    match ask(connection, uri, request, &Answered::default()).await {
        Ok(object) => Ok(GetPart::Part(part_head(&object), read(object, connection, uri))),
        Err(error) if matches!(status(&error), Some(404 | 412 | 416)) => Ok(GetPart::Refused),
        Err(error) => Err(failed(connection, uri, &error)),
    }
}

fn of(connection: &Connection, uri: &S3Uri) -> GetObjectFluentBuilder {
    let version_id = uri.version_id().map(str::to_owned);
    connection.s3().get_object().bucket(uri.bucket()).key(uri.key()).set_version_id(version_id)
}

fn read(object: GetObjectOutput, connection: &Connection, uri: &S3Uri) -> Body {
    body(object.body, asked(connection, uri), connection.read_timeout())
}

/// Describes an object for messages.
pub(super) fn object(uri: &S3Uri) -> String {
    format!("S3 object {:?}", uri.to_string())
}

fn asked(connection: &Connection, uri: &S3Uri) -> ErrorContext {
    ErrorContext {
        what: object(uri),
        operation: Operation::GetObject(policy::s3::object_action(uri)),
        place: connection.place(S3),
    }
}

fn failed(connection: &Connection, uri: &S3Uri, error: &SendError) -> Error {
    let mut asked = asked(connection, uri);
    if let Some(session) = find::<SdkError<CreateSessionError, HttpResponse>>(error) {
        return asked.failed(session); // of a directory bucket
    }
    if error.raw_response().is_none()
        && let Some(reason) = no_address(connection, uri, error)
    {
        return Error::new(
            ErrorKind::Configuration,
            format!("cannot read {} in {}: {reason}", asked.what, asked.place),
        );
    }
    let header = |name| error.raw_response().and_then(|answer| answer.headers().get(name));
    if header("x-amz-delete-marker") == Some("true") {
        asked.what.push_str(match uri.version_id() {
            Some(_) => ", a delete marker (give the version_id of a version that has content),",
            None => " (deleted: its newest version is a delete marker)",
        });
    }
    asked.failed(error)
}

/// Returns the reason if the SDK found no address for the object, or could not sign a request for it.
fn no_address(connection: &Connection, uri: &S3Uri, error: &SendError) -> Option<String> {
    let is_multi_region = uri.bucket().starts_with("arn:") && uri.bucket().split(':').nth(3) == Some("");
    // The SDK's error type is not public, so its text is compared, and a test checks it.
    let is_unsigned = || {
        let words = ["auth option", "auth scheme", "endpoint config", "ARNs are disabled"];
        causes(error).any(|cause| words.iter().any(|word| cause.to_string().contains(word)))
    };
    let refused = find::<ResolveEndpointError>(error);
    if is_multi_region && (refused.is_some() || is_unsigned()) {
        return Some(connection.addressing().no_multi_region());
    }
    causes(refused?).last().map(|reason| {
        format!("S3 has no address for it: {reason}; check the bucket's name, the Region and the endpoint")
    })
}

type SendError = SdkError<GetObjectError, HttpResponse>;

async fn ask(
    connection: &Connection,
    uri: &S3Uri,
    request: GetObjectFluentBuilder,
    answered: &Answered,
) -> Result<GetObjectOutput, SendError> {
    let known = connection.bucket_regions().get(uri.bucket());
    let answer = send(connection, uri, &request, known.clone(), answered).await;
    let Err(error) = &answer else { return answer };
    let asked = known.as_ref().or_else(|| connection.region());
    let Some(region) = elsewhere(connection, uri, asked, error).await else { return answer };
    let answer = send(connection, uri, &request, Some(region.clone()), answered).await;
    // Without an answer the Region is not kept, because a single wrong redirect would make the bucket unusable.
    if answer.as_ref().err().is_none_or(|error| status(error).is_some()) {
        connection.bucket_regions().set(uri.bucket(), region);
    }
    answer
}

async fn send(
    connection: &Connection,
    uri: &S3Uri,
    request: &GetObjectFluentBuilder,
    region: Option<Region>,
    answered: &Answered,
) -> Result<GetObjectOutput, SendError> {
    let is_part = request.get_range().is_some();
    let is_arn = uri.bucket().starts_with("arn:");
    let mut config = aws_sdk_s3::config::Builder::new();
    if is_arn {
        config.set_force_path_style(Some(false)); // an access point has no path
    }
    if region.is_some() {
        config.set_region(region.clone()); // None would remove the configured one
    }
    if is_part {
        // A part has no checksum of the object. If another server sends one nevertheless, it is not checked.
        config.set_response_checksum_validation(Some(ResponseChecksumValidation::WhenRequired));
        // A lane without an answer ends, and the others fetch its bytes.
        config.set_retry_config(Some(RetryConfig::standard().with_max_attempts(1)));
    }
    retry_if_frozen(connection.call_timeout(), || {
        let call = request.clone().customize().interceptor(answered.clone());
        let is_plain = region.is_none() && !is_part && !is_arn;
        if is_plain { call.send() } else { call.config_override(config.clone()).send() }
    })
    .await
}

fn status(error: &SendError) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}
