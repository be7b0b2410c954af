use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use lambda_cache::{__binding::engine::rng, Error};

use crate::answer::{Answer, described};

const JSON: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// Returns a successful answer, whose body is JSON.
pub(super) fn success(json: impl Into<Bytes>) -> Answer {
    identified(Answer::new(StatusCode::OK, JSON, json), None)
}

/// Returns the answer for a failed lookup: AWS's own code, message and request id if AWS answered.
pub(super) fn failure(error: &Error) -> Answer {
    let (status, code, message) = described(error);
    let request_id = error.aws_failure().and_then(|failure| failure.request_id.as_deref());
    refused(status, &code, &message, request_id)
}

/// Returns an error of the agent in AWS's form.
pub(super) fn refusal(status: StatusCode, code: &str, message: &str) -> Answer {
    refused(status, code, message, None)
}

fn refused(status: StatusCode, code: &str, message: &str, request_id: Option<&str>) -> Answer {
    let body = serde_json::json!({"__type": code, "message": message}).to_string();
    let answer = identified(Answer::new(status, JSON, body), request_id);
    match HeaderValue::from_str(code) {
        Ok(code) => answer.with(ERROR_TYPE, code),
        Err(_) => answer,
    }
}

/// Adds AWS's request id, or one of the agent's for an answer that AWS had no part in.
fn identified(answer: Answer, request_id: Option<&str>) -> Answer {
    let own = || {
        let (high, low) = (rng::up_to(u64::MAX - 1), rng::up_to(u64::MAX - 1));
        let (first, second, third) = (high >> 32, (high >> 16) & 0xffff, high & 0xfff);
        HeaderValue::from_str(&format!(
            "{first:08x}-{second:04x}-4{third:03x}-{:04x}-{:012x}",
            0x8000 | ((low >> 48) & 0x3fff),
            low & 0xffff_ffff_ffff
        ))
    };
    match request_id.map_or_else(own, HeaderValue::from_str) {
        Ok(id) => answer.with(REQUEST_ID, id),
        Err(_) => answer,
    }
}
