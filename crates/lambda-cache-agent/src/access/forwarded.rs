use http::HeaderName;

use crate::request::Request;

const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Returns `true` for a request that a proxy passed on, which a program on this machine never sends.
pub(super) fn is_forwarded(request: &Request) -> bool {
    request.headers.contains_key(FORWARDED)
}
