use crate::request::Request;

/// Returns `true` for a request that a proxy passed on, which a program on this machine never sends.
pub(super) fn is_forwarded(request: &Request) -> bool {
    request.headers.contains_key("x-forwarded-for")
}
