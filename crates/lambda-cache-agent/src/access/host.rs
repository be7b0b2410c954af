use std::net::IpAddr;

use http::{header::HOST, uri::Authority};

use crate::request::Request;

/// Returns `true` if the request names this machine, so that a web page that gives 127.0.0.1 another name is refused. A
/// request without a host comes from an old client, never from a browser.
pub(super) fn is_loopback(request: &Request) -> bool {
    let mut hosts = request.headers.get_all(HOST).iter();
    let is_named =
        hosts.all(|host| host.to_str().is_ok_and(|host| host.parse().is_ok_and(|host| is_this_machine(&host))));
    is_named && request.uri.authority().is_none_or(is_this_machine)
}

/// Returns `true` for a name or an address of this machine.
pub(crate) fn is_this_machine(authority: &Authority) -> bool {
    let host = authority.host();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}
