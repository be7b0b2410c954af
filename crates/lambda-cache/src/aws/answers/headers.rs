use std::time::SystemTime;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::{DateTime, date_time::Format};

/// The headers used from all services: the request's id.
const OF_ALL: &[&str] = &["x-amz-request-id", "x-amzn-requestid"];
#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
const OF_JSON: &[&str] = &["x-amzn-errortype"];
#[cfg(feature = "s3")]
const OF_S3: &[&str] = &[
    "accept-ranges",
    "content-length",
    "content-range",
    "etag",
    "x-amz-bucket-region",
    "x-amz-checksum-type",
    "x-amz-id-2",
    "x-amz-version-id",
];
/// The `Date` of an answer, renamed so that the SDK does not use it.
#[cfg(feature = "s3")]
pub(in crate::aws) const ANSWERED: &str = "x-answered";
/// The checksum headers with their length in bytes.
#[cfg(feature = "s3")]
const CHECKSUMS: &[(&str, usize)] = &[
    ("x-amz-checksum-crc32", 4),
    ("x-amz-checksum-crc32c", 4),
    ("x-amz-checksum-crc64nvme", 8),
    ("x-amz-checksum-md5", 16),
    ("x-amz-checksum-sha1", 20),
    ("x-amz-checksum-sha256", 32),
    ("x-amz-checksum-sha512", 64),
    ("x-amz-checksum-xxhash128", 16),
    ("x-amz-checksum-xxhash3", 8),
    ("x-amz-checksum-xxhash64", 8),
];

#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
pub(super) fn keep_used_of_json(answer: &mut HttpResponse) {
    keep(answer, |name, _| OF_JSON.contains(&name));
}

#[cfg(feature = "s3")]
pub(super) fn keep_used_of_s3(answer: &mut HttpResponse, are_checked: bool) {
    // A 304 repeats the object's checksum, which its empty body does not match.
    let has_checksum = are_checked && answer.status().as_u16() != 304;
    let date = answer.headers().get("date").filter(|date| is_date(date)).map(str::to_owned);
    keep(answer, |name, value| match name {
        "last-modified" => is_date(value),
        "x-amz-delete-marker" => value == "true",
        "content-length" => value.parse::<u32>().is_ok() || value.parse::<i64>().is_ok_and(|length| length >= 0),
        _ => OF_S3.contains(&name) || (has_checksum && is_checksum(name, value)),
    });
    if let Some(date) = date {
        let _ = answer.headers_mut().try_insert(ANSWERED, date);
    }
}

/// Drops each header that `is_used` rejects or that is not text, and repeated headers except the first.
fn keep(answer: &mut HttpResponse, is_used: impl Fn(&str, &str) -> bool) {
    // The SDK learns the error of this machine's clock from the dates of error answers. From all answers it would
    // also learn it from caches and test servers, and sign later requests with their time.
    let is_refusal = answer.status().is_client_error();
    let headers = answer.headers_mut();
    let mut names: Vec<_> = headers.iter_bytes().map(|(name, _)| name.to_owned()).collect();
    names.dedup(); // headers with one name are adjacent
    for name in names {
        let Some(value) = headers.get(&name) else {
            headers.remove(&name);
            continue;
        };
        let is_wanted = match name.as_str() {
            "date" => is_refusal && is_date(value),
            name => OF_ALL.contains(&name) || is_used(name, value),
        };
        if !is_wanted {
            headers.remove(&name);
        } else if headers.get_all_bytes(&name).nth(1).is_some() {
            let first = value.to_owned();
            headers.remove(&name);
            let _ = headers.try_insert(name, first);
        }
    }
}

fn is_date(value: &str) -> bool {
    DateTime::from_str(value, Format::HttpDate).is_ok_and(|date| SystemTime::try_from(date).is_ok())
}

/// Returns `true` for a checksum of that header's length. A checksum of parts ends in `-` and their number.
#[cfg(feature = "s3")]
fn is_checksum(name: &str, value: &str) -> bool {
    let Some((_, bytes)) = CHECKSUMS.iter().find(|(checksum, _)| *checksum == name) else { return false };
    let value = match value.rsplit_once('-') {
        Some((checksum, parts)) if parts.parse::<u32>().is_ok() => checksum,
        _ => value,
    };
    aws_smithy_types::base64::decode(value).is_ok_and(|checksum| checksum.len() == *bytes)
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::body::SdkBody;

    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &'static [u8])]) -> HttpResponse {
        let mut response = http::Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        HttpResponse::try_from(response.body(SdkBody::empty()).unwrap()).unwrap()
    }

    fn kept(answer: &HttpResponse) -> Vec<(&str, &str)> {
        answer.headers().iter().collect()
    }

    #[cfg(feature = "s3")]
    #[test]
    fn unused_headers_of_an_object_are_dropped() {
        let mut answer = answer(
            200,
            &[
                ("etag", b"\"1\""),
                ("etag", b"\"2\""),
                ("expires", b"\xff"),
                ("content-disposition", b"\xe9"),
                ("x-amz-meta-a", b"b"),
                ("x-amz-version-id", b"\xe9"),
                ("x-amz-version-id", b"v"),
                ("x-amz-missing-meta", b"many"),
                ("last-modified", b"2026-11-27T00:00:00Z"),
                ("date", b"Thu, 01 Jan 1970 00:00:00 GMT"),
                ("x-amz-checksum-crc32", b"y/Q5Jg=="),
                ("x-amz-checksum-crc32c", b"y/Q5Jg==-3"),
                ("x-amz-checksum-crc64nvme", b"y/Q5Jg=="),
                ("x-amz-checksum-sha256", b"not base64"),
            ],
        );
        keep_used_of_s3(&mut answer, true);
        let mut left = kept(&answer);
        left.sort_unstable();
        assert_eq!(
            left,
            [
                ("etag", "\"1\""),
                ("x-amz-checksum-crc32", "y/Q5Jg=="),
                ("x-amz-checksum-crc32c", "y/Q5Jg==-3"),
                (ANSWERED, "Thu, 01 Jan 1970 00:00:00 GMT"),
            ]
        );
    }

    #[cfg(feature = "s3")]
    #[test]
    fn an_unused_checksum_is_dropped() {
        for (status, are_checked) in [(304, true), (200, false)] {
            let mut answer = answer(status, &[("etag", b"\"1\""), ("x-amz-checksum-crc32", b"y/Q5Jg==")]);
            keep_used_of_s3(&mut answer, are_checked);
            assert_eq!(kept(&answer), [("etag", "\"1\"")]);
        }
    }

    #[cfg(any(feature = "ssm", feature = "secrets-manager"))]
    #[test]
    fn only_the_date_of_an_error_answer_is_kept() {
        let date: (&str, &[u8]) = ("date", b"Thu, 01 Jan 2026 00:00:00 GMT");
        for (status, headers, is_kept) in
            [(403, [date], true), (200, [date], false), (403, [("date", &b"yesterday"[..])], false)]
        {
            let mut answer = answer(status, &headers);
            keep_used_of_json(&mut answer);
            assert_eq!(!kept(&answer).is_empty(), is_kept, "{status}");
        }
    }
}
