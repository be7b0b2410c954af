//! The proxies in the environment, with the rules of Python's urllib and therefore of boto3.
//!
//! hyper-util's matcher follows curl's rules: it uses `ALL_PROXY`, ignores an unreadable URL, and compares hosts
//! without their ports.

use std::{env, fmt};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::{
    HeaderValue, StatusCode, Uri,
    uri::{Authority, Scheme},
};
use percent_encoding::percent_decode_str;

use crate::{Error, ErrorKind};

/// The proxies in the environment.
#[derive(Debug, Default)]
pub(super) struct Proxies {
    http: Option<Result<Proxy, Error>>,
    https: Option<Result<Proxy, Error>>,
    /// The content of `NO_PROXY`.
    bypassed: String,
}

impl Proxies {
    pub(super) fn from_environment() -> Self {
        let is_one = |name: &str| name.to_ascii_lowercase().ends_with("_proxy");
        let variables: Vec<_> = env::vars_os()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
            .filter(|(name, _)| is_one(name))
            .collect();
        Self::of(&variables, env::var_os("REQUEST_METHOD").is_some())
    }

    /// In a CGI script `HTTP_PROXY` may come from a request's `Proxy` header, so it is ignored there.
    fn of(variables: &[(String, String)], is_cgi: bool) -> Self {
        let proxy = |name, is_cgi| variable(variables, name, is_cgi).map(|(name, url)| Proxy::parse(name, url));
        Self {
            http: proxy("http_proxy", is_cgi),
            https: proxy("https_proxy", false),
            bypassed: variable(variables, "no_proxy", false).map_or_else(String::new, |(_, hosts)| hosts.to_owned()),
        }
    }

    /// Returns the proxy for `destination`.
    ///
    /// # Errors
    /// The proxy's variable is unreadable.
    pub(super) fn of_destination(&self, destination: &Uri) -> Result<Option<&Proxy>, Error> {
        let proxy = match destination.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => &self.https,
            _ => &self.http,
        };
        match proxy {
            Some(proxy) if !self.bypasses(destination) => proxy.as_ref().map(Some).map_err(Error::clone),
            _ => Ok(None),
        }
    }

    /// Returns `true` for a host, with or without its port, or one in a listed domain, as in
    /// `urllib.request.proxy_bypass_environment`.
    fn bypasses(&self, destination: &Uri) -> bool {
        if self.bypassed == "*" {
            return true;
        }
        let host_and_port = destination.authority().map_or("", Authority::as_str).to_lowercase();
        let host = destination.host().unwrap_or_default().to_lowercase();
        self.bypassed.split(',').map(|name| name.trim().trim_start_matches('.').to_lowercase()).any(|name| {
            let ends = |text: &str| text.strip_suffix(&name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
            !name.is_empty() && (ends(&host) || ends(&host_and_port))
        })
    }
}

/// Returns the variable with that name in any case, as in `urllib.request.getproxies_environment`. One that ends in
/// `_proxy` has priority over one that ends in `_PROXY`, and unsets it if it is empty.
fn variable<'a>(variables: &'a [(String, String)], name: &str, is_cgi: bool) -> Option<(&'a str, &'a str)> {
    let of_name = || variables.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
    let given = |(name, value): &'a (String, String)| (!value.is_empty()).then_some((name.as_str(), value.as_str()));
    match of_name().rfind(|(other, _)| other.ends_with("_proxy")) {
        Some(lower_case) => given(lower_case),
        None if is_cgi => None,
        None => of_name().filter_map(given).next_back(),
    }
}

/// A proxy from a variable.
#[derive(Clone)]
pub(super) struct Proxy {
    uri: Uri,
    authorization: Option<HeaderValue>,
}

impl Proxy {
    /// Parses a proxy as botocore does: the default scheme is `http://`, and the last `@` ends user and password.
    fn parse(variable: &str, url: &str) -> Result<Self, Error> {
        let url = url.trim();
        let unusable = |reason: &str| {
            let shown = url.rsplit_once('@').map_or_else(|| format!("{url:?}"), |(_, host)| format!("…@{host}"));
            let advice = "write it as http://host:port or http://user:password@host:port, with % codes for / ? # in a \
                          password";
            Error::new(
                ErrorKind::Configuration,
                format!("cannot use the proxy that {variable} names, {shown}: {reason}; {advice}"),
            )
        };
        let (scheme, rest) = url.split_once("://").unwrap_or_else(|| ("http", url.trim_start_matches("//")));
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => Scheme::HTTP,
            "https" => Scheme::HTTPS,
            _ => return Err(unusable("it is not an HTTP proxy")),
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (user_and_password, address) = match authority.rsplit_once('@') {
            Some((user_and_password, address)) => (Some(user_and_password), address),
            None => (None, authority),
        };
        let address: Authority = address.parse().map_err(|_| unusable("its address cannot be read"))?;
        let after_host = &address.as_str()[address.host().len()..];
        let is_port = after_host.strip_prefix(':').is_some_and(|port| port.is_empty() || address.port_u16().is_some());
        if address.host().is_empty() || !(after_host.is_empty() || is_port) {
            return Err(unusable("its address cannot be read"));
        }
        let uri = Uri::builder().scheme(scheme).authority(address).path_and_query("/").build();
        Ok(Self {
            uri: uri.map_err(|_| unusable("its address cannot be read"))?,
            authorization: user_and_password.and_then(basic),
        })
    }

    pub(super) fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Returns the value of `Proxy-Authorization`.
    pub(super) fn authorization(&self) -> Option<&HeaderValue> {
        self.authorization.as_ref()
    }
}

/// Shows the address without user and password.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.uri.scheme_str().unwrap_or_default();
        write!(f, "{scheme}://{}", self.uri.authority().map_or("", Authority::as_str))
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn basic(user_and_password: &str) -> Option<HeaderValue> {
    let (user, password) = user_and_password.split_once(':').unwrap_or((user_and_password, ""));
    let mut decoded: Vec<u8> = percent_decode_str(user).collect();
    decoded.push(b':');
    decoded.extend(percent_decode_str(password));
    let mut value = HeaderValue::try_from(format!("Basic {}", BASE64_STANDARD.encode(decoded))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The answer of a proxy that rejected a tunnel.
#[derive(Debug, thiserror::Error)]
#[error("the proxy answered HTTP {0}")]
pub(super) struct Refused(pub(super) StatusCode);

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(variables: &[(&str, &str)]) -> Proxies {
        let owned: Vec<_> = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Proxies::of(&owned, false)
    }

    fn shown(variables: &[(&str, &str)], destination: &str) -> Option<String> {
        let destination = destination.parse().unwrap();
        proxies(variables).of_destination(&destination).unwrap().map(ToString::to_string)
    }

    #[test]
    fn variables_have_pythons_priority() {
        type Case<'a> = (&'a [(&'a str, &'a str)], Option<&'a str>);
        let cases: &[Case<'_>] = &[
            (&[("HTTPS_PROXY", "http://upper:1")], Some("http://upper:1")),
            (&[("https_proxy", "http://lower:1"), ("HTTPS_PROXY", "http://upper:1")], Some("http://lower:1")),
            (&[("HTTPS_PROXY", "http://upper:1"), ("https_proxy", "")], None),
            (&[("https_proxy", "http://lower:1"), ("HTTPS_PROXY", "")], Some("http://lower:1")),
            (&[("Https_Proxy", "http://mixed:1")], Some("http://mixed:1")),
            (&[("HTTPS_proxy", "http://mixed:1"), ("HTTPS_PROXY", "http://upper:1")], Some("http://mixed:1")),
            (&[("HTTP_PROXY", "http://other:1")], None),
            (&[("ALL_PROXY", "socks5://all:1"), ("all_proxy", "http://all:1")], None),
        ];
        for (variables, expected) in cases {
            assert_eq!(shown(variables, "https://host/").as_deref(), *expected, "{variables:?}");
        }
    }

    #[test]
    fn a_cgi_script_uses_only_the_lower_case_http_proxy() {
        let destination = "http://host/".parse().unwrap();
        for (name, is_believed) in [("HTTP_PROXY", false), ("http_proxy", true)] {
            let proxies = Proxies::of(&[(name.to_owned(), "http://proxy:1".to_owned())], true);
            assert_eq!(proxies.of_destination(&destination).unwrap().is_some(), is_believed, "{name}");
        }
    }

    #[test]
    fn no_proxy_is_read_as_in_python() {
        // Each case was checked with `urllib.request.proxy_bypass_environment` of Python 3.11.
        let cases = [
            ("*", "https://any.host/", true),
            ("a,*", "https://any.host/", false),
            ("127.0.0.1:4566", "https://127.0.0.1:4566/", true),
            ("127.0.0.1:4566", "https://127.0.0.1:4567/", false),
            ("127.0.0.1", "https://127.0.0.1:4567/", true),
            ("[::1]", "https://[::1]:4566/", true),
            ("[::1]:4566", "https://[::1]:4566/", true),
            ("::1", "https://[::1]:4566/", false),
            ("amazonaws.com", "https://ssm.eu-west-1.amazonaws.com/", true),
            (".amazonaws.com", "https://ssm.eu-west-1.amazonaws.com/", true),
            ("..AmazonAWS.com ", "https://SSM.eu-west-1.amazonaws.com/", true),
            ("zonaws.com", "https://ssm.eu-west-1.amazonaws.com/", false),
            (" a , amazonaws.com", "https://amazonaws.com/", true),
            ("10.0.0.0/8", "https://10.1.2.3/", false),
            ("*.amazonaws.com", "https://ssm.eu-west-1.amazonaws.com/", false),
            (",", "https://host/", false),
        ];
        for (hosts, destination, expected) in cases {
            let proxy = shown(&[("HTTPS_PROXY", "http://proxy:1"), ("NO_PROXY", hosts)], destination);
            assert_eq!(proxy.is_none(), expected, "{hosts} {destination}");
        }
    }

    #[test]
    fn user_and_password_end_at_the_last_at_sign() {
        let cases = [
            ("http://user:pass@host:1", Some("user:pass")),
            ("http://user:p@ss@host:1", Some("user:p@ss")),
            ("http://us%40er:p%3A%2Fs@host:1/", Some("us@er:p:/s")),
            ("user:a:b@host:1", Some("user:a:b")),
            ("http://user:100%@host:1", Some("user:100%")),
            ("http://user@host:1", Some("user:")),
            ("http://host:1", None),
        ];
        for (url, expected) in cases {
            let proxy = Proxy::parse("HTTPS_PROXY", url).unwrap();
            assert_eq!(proxy.to_string(), "http://host:1");
            let expected = expected.map(|text| format!("Basic {}", BASE64_STANDARD.encode(text)));
            assert_eq!(proxy.authorization().map(|value| value.to_str().unwrap()), expected.as_deref(), "{url}");
            assert!(!format!("{proxy:?} {proxy}").contains("user"));
        }
    }

    #[test]
    fn a_proxy_may_have_no_scheme() {
        for url in ["host:1", "//host:1", "http://host:1", "HTTP://host:1/path?query", " host:1\r"] {
            assert_eq!(Proxy::parse("HTTPS_PROXY", url).unwrap().to_string(), "http://host:1", "{url}");
        }
        assert_eq!(Proxy::parse("HTTPS_PROXY", "https://[::1]:1").unwrap().to_string(), "https://[::1]:1");
    }

    #[test]
    fn an_unreadable_proxy_is_an_error_without_the_password() {
        let urls = [
            "http://",
            "http://user:secret@",
            "http://user:sec/ret@host:1",
            "http://user:secret@ho st:1",
            "http://user:secret@host:99999",
            "http://user:secret@host:port",
            "http://[::1",
            "socks5://user:secret@host:1",
            "ftp://host",
        ];
        for url in urls {
            let error = Proxy::parse("HTTPS_PROXY", url).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            let message = error.to_string();
            assert!(message.contains("HTTPS_PROXY") && !message.contains("sec"), "{message}");
        }
        let refused = proxies(&[("HTTPS_PROXY", "socks5://host:1")]);
        assert!(refused.of_destination(&"https://host/".parse().unwrap()).is_err());
        assert!(refused.of_destination(&"http://host/".parse().unwrap()).unwrap().is_none(), "it is not looked at");
    }
}
