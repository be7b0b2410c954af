//! The reasons for a connection without an answer, with advice for each.

use std::{error::Error as StdError, io};

use http::StatusCode;
use rustls::CertificateError;

use super::{
    error_chain::{causes, find},
    proxy::Refused,
    transport::NotConnected,
};
use crate::Error;

/// The codes of errors without an answer of AWS.
const CONNECTION: &str = "ConnectionError";
const PROXY: &str = "ProxyConnectionError";
const TLS: &str = "SSLError";

const CHECK_NETWORK: &str = "check the network (VPC endpoint, proxy) and AWS_ENDPOINT_URL";

/// The reason for a failed connection.
pub(super) struct Reason {
    pub(super) code: &'static str,
    /// The problem, and how to fix it.
    pub(super) text: String,
}

impl Reason {
    fn new(code: &'static str, text: String) -> Self {
        Self { code, text }
    }

    /// Returns the reason for an answer, or the rest of one, that did not arrive in time.
    pub(super) fn late(reason: &dyn std::fmt::Display) -> Self {
        Self::new(Error::TIMEOUT, format!("{reason}; {CHECK_NETWORK}"))
    }

    /// Returns the reason for an answer of `proxy` instead of the service.
    pub(super) fn refused(proxy: &str, status: StatusCode) -> Self {
        let advice = if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            "put the user and the password that it wants into HTTPS_PROXY (HTTP_PROXY for http:// endpoints), as \
             http://user:password@host:port"
        } else {
            "have it let this host through, or name the host in NO_PROXY"
        };
        Self::new(PROXY, format!("the proxy {proxy} answered HTTP {status}; {advice}"))
    }

    /// Returns the reason for an error of the HTTP client.
    pub(super) fn of(error: &(dyn StdError + 'static)) -> Self {
        match find::<NotConnected>(error) {
            Some(not_connected) => not_connected_to(not_connected, error),
            None => broken_off(error),
        }
    }
}

fn not_connected_to(NotConnected { to, proxy, .. }: &NotConnected, error: &(dyn StdError + 'static)) -> Reason {
    let through = proxy.as_ref().map_or_else(String::new, |proxy| format!(" through the proxy {proxy}"));
    if let (Some(Refused(status)), Some(proxy)) = (find(error), proxy) {
        return Reason::refused(proxy, *status);
    }
    if let Some(error) = find::<rustls::Error>(error) {
        return tls(to, &through, error);
    }
    let io = find::<io::Error>(error);
    if let Some(io) = io.filter(|io| io.to_string() == "tls handshake eof") {
        return no_tls(to, &through, io);
    }
    let system = io.map_or_else(|| "it broke off".to_owned(), ToString::to_string);
    if io.is_some_and(|io| io.kind() == io::ErrorKind::TimedOut) {
        return Reason::new(
            Error::CONNECT_TIMEOUT,
            format!("no connection to {to}{through}: {system}; {CHECK_NETWORK}"),
        );
    }
    let is_dns = causes(error).any(|cause| cause.to_string() == "dns error"); // hyper-util's type for it is not public
    if let Some(proxy) = proxy {
        let problem = if is_dns { "has a host that DNS does not know" } else { "cannot be reached" };
        let advice = "check HTTPS_PROXY and HTTP_PROXY, or name the host in NO_PROXY";
        return Reason::new(PROXY, format!("the proxy {proxy} {problem}: {system}; {advice}"));
    }
    if is_dns {
        let advice = "check the spelling of the Region and of AWS_ENDPOINT_URL, and the network's DNS";
        return Reason::new(CONNECTION, format!("DNS does not know the host of {to}: {system}; {advice}"));
    }
    let problem = match io.map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => format!("{to} refused the connection"),
        _ => format!("no connection to {to}: {system}"),
    };
    Reason::new(CONNECTION, format!("{problem}; {CHECK_NETWORK}"))
}

fn no_tls(to: &str, through: &str, error: &dyn StdError) -> Reason {
    let advice = "check that it speaks TLS (AWS_ENDPOINT_URL begins with http:// where it does not)";
    Reason::new(TLS, format!("no TLS connection to {to}{through}: {error}; {advice}"))
}

fn tls(to: &str, through: &str, error: &rustls::Error) -> Reason {
    let rustls::Error::InvalidCertificate(reason) = error else {
        return no_tls(to, through, error);
    };
    let advice = match reason {
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => "renew it, or set this machine's clock if that is wrong",
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "use a name that the certificate has in AWS_ENDPOINT_URL, or give it this one (subjectAltName)"
        }
        _ => {
            "if it is to be trusted, point AWS_CA_BUNDLE at a PEM file with the certificate of its authority (a proxy that \
             looks into TLS has its own)"
        }
    };
    Reason::new(TLS, format!("the certificate of {to}{through} is not accepted: {}; {advice}", described(reason)))
}

fn described(reason: &CertificateError) -> String {
    match reason {
        CertificateError::UnknownIssuer => "its issuer is not known".to_owned(),
        CertificateError::Other(_) => {
            let text = reason.to_string();
            let name = text.trim_start_matches("Other(OtherError(").trim_end_matches(')');
            format!("{name} (TLS library)")
        }
        _ => reason.to_string(),
    }
}

/// Returns the reason for a connection that ended before the answer was complete.
fn broken_off(error: &(dyn StdError + 'static)) -> Reason {
    if let Some(late) = find::<io::Error>(error).filter(|io| io.kind() == io::ErrorKind::TimedOut) {
        return Reason::late(late);
    }
    let http = find::<hyper::Error>(error);
    if http.is_some_and(hyper::Error::is_parse) {
        return Reason::new(CONNECTION, "the answer is not HTTP; check AWS_ENDPOINT_URL (https:// for TLS)".to_owned());
    }
    let problem = match find::<io::Error>(error) {
        Some(io) => format!("the connection broke off: {io}"),
        None if http.is_some_and(hyper::Error::is_incomplete_message) => {
            "the connection was closed without an answer".to_owned()
        }
        None => "the connection failed".to_owned(),
    };
    Reason::new(CONNECTION, format!("{problem}; {CHECK_NETWORK}"))
}
