use std::time::Duration;

use aws_smithy_types::byte_stream::ByteStream;
use futures_util::{StreamExt, stream};

use crate::{
    Error,
    aws::{
        error::{ErrorContext, timed_out},
        http_client::late,
    },
    source::s3::Body,
};

/// Returns the body as a stream. It ends in an error if S3 sent a checksum that does not match, which the SDK checks,
/// or if no part arrives within the read timeout, which also applies to other HTTP clients.
pub(super) fn body(stream: ByteStream, asked: ErrorContext, limit: Option<Duration>) -> Body {
    let limit = limit.unwrap_or(Duration::MAX);
    let body = stream::unfold((stream, asked), move |(mut body, asked)| async move {
        let chunk = match tokio::time::timeout(limit, body.next()).await {
            Ok(chunk) => chunk?.map_err(|error| broken(&asked, &error)),
            Err(_) => Err(broken(&asked, &late(format!("the answer stood still for {limit:?}")))),
        };
        Some((chunk, (body, asked)))
    });
    body.boxed()
}

fn broken(asked: &ErrorContext, error: &(dyn std::error::Error + 'static)) -> Error {
    let is_checksum = || format!("{:?}", error.source()).to_lowercase().contains("checksum");
    let (code, reason) = match timed_out(error) {
        Some(late) => (Error::TIMEOUT, late.to_string()),
        None if is_checksum() => ("IncompleteBody", "its checksum is wrong".to_owned()),
        None => ("IncompleteBody", "the download broke off".to_owned()),
    };
    asked.unavailable(code, format!("{reason}; the file was left as it was"))
}
