use std::net::Ipv6Addr;

use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};
use http::uri::Authority;

use super::{Setting, Settings};
use crate::Error;

/// The name that S3 goes by in calls to [`Settings::endpoint`].
const S3: &str = "S3";
const ENDPOINT: &str = "AWS_ENDPOINT_URL";

impl Settings {
    /// Returns the endpoint that is set for a service, by its name in the SDK, or for all services.
    pub(crate) fn endpoint(&self, service: &str) -> Result<Option<Setting>, Error> {
        let Some(mut endpoint) = self.endpoint_setting(service)? else { return Ok(None) };
        let what_is_wrong = match check(&endpoint.value) {
            Ok(()) if service == S3 && endpoint.value.contains('?') => {
                "a URL with a query, which S3 cannot be asked with: leave out all from the ?"
            }
            Ok(()) => {
                let url = endpoint.value.trim_start_matches(' ');
                endpoint.value = url.split_once('#').map_or(url, |(url, _)| url).to_owned();
                return Ok(Some(endpoint));
            }
            Err(what_is_wrong) => what_is_wrong,
        };
        endpoint.value = shown(&endpoint.value);
        Err(endpoint.refuse(what_is_wrong))
    }

    fn endpoint_setting(&self, service: &str) -> Result<Option<Setting>, Error> {
        if self.flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls") == Some(true) {
            return Ok(None);
        }
        let name = service.replace([' ', '-'], "_");
        let of_service = self.variable(&format!("{ENDPOINT}_{}", name.to_uppercase()));
        if let Some(endpoint) = of_service.or_else(|| self.variable(ENDPOINT)) {
            return Ok(Some(endpoint));
        }
        let Some(services) = self.key("services") else { return Ok(self.key("endpoint_url")) };
        let Some(section) = self.profiles.services(&services.value) else {
            return Err(services.refuse("not the name of a section: write [services NAME] into the same file"));
        };
        let name = name.to_lowercase();
        let of_service = section.nested(&name, "endpoint_url");
        // The SDK's form of the name.
        let of_service = of_service.or_else(|| section.nested(&name.replace('_', "-"), "endpoint_url"));
        Ok(of_service.or_else(|| self.key("endpoint_url")))
    }
}

/// Returns the problem of an endpoint that is not the URL of a server. Leading blanks are accepted, as in Python.
pub(crate) fn check(endpoint: &str) -> Result<(), &'static str> {
    let uri = endpoint.trim_start_matches(' ').parse::<http::Uri>().ok();
    let is_url = uri.is_some_and(|uri| {
        let scheme = uri.scheme_str().unwrap_or_default().to_ascii_lowercase();
        ["http", "https"].contains(&scheme.as_str()) && uri.authority().is_some_and(is_server)
    });
    if is_url { Ok(()) } else { Err("not a URL: write it as http://host:port or https://host") }
}

/// Returns an endpoint for messages: without a user and a password, and without a query, which may hold a token.
pub(crate) fn shown(endpoint: &str) -> String {
    let start = endpoint.find("://").map_or(0, |position| position + 3);
    let (scheme, rest) = endpoint.split_at(start);
    let (server, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if path.contains('@') {
        return format!("{scheme}..."); // a password with such a character, perhaps
    }
    let server = server.rsplit_once('@').map_or(server, |(_, server)| server);
    format!("{scheme}{server}{}", path.split_once(['?', '#']).map_or(path, |(path, _)| path))
}

fn is_server(authority: &Authority) -> bool {
    let host = authority.host();
    let server = authority.as_str().rsplit_once('@').map_or(authority.as_str(), |(_, server)| server);
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    let has_port = match server.strip_prefix(host).map(|rest| rest.strip_prefix(':').ok_or(rest)) {
        Some(Ok(port)) => port.is_empty() || is_port(port),
        Some(Err(rest)) => rest.is_empty(),
        None => false,
    };
    has_port && (is_v6(host) || is_name(host))
}

fn is_v6(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    address.is_some_and(|address| address.parse::<Ipv6Addr>().is_ok())
}

/// Returns whether a host's name is one as botocore reads it; underscores are taken too, because names of containers
/// have them.
fn is_name(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    let is_part = |char: char| char.is_ascii_alphanumeric() || ['-', '_'].contains(&char);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(is_part)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= 255 && name.split('.').all(is_label)
}

/// Provides endpoints for other clients of the SDK, which request them by their service.
impl LoadServiceConfig for Settings {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        if key.env() == ENDPOINT {
            return Some(self.endpoint(key.service_id()).ok()??.value);
        }
        let service = key.service_id().replace([' ', '-'], "_").to_uppercase();
        let variable = self.variable(&format!("{}_{service}", key.env())).or_else(|| self.variable(key.env()));
        Some(variable.or_else(|| self.key(key.profile()))?.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ErrorKind,
        aws::settings::{Order, variables::Variables},
    };

    #[test]
    fn an_endpoint_is_a_url_of_a_server() {
        for endpoint in [
            "http://localhost:4566",
            "https://host",
            "HTTP://host:",
            " http://host/a/path?query#fragment",
            "http://user:p:ss@host:1",
            "http://[::1]:4566",
            "http://under_score:1",
            "http://host.:0",
            "http://10.0.0.1:65535",
        ] {
            assert_eq!(check(endpoint), Ok(()), "{endpoint}");
        }
        for endpoint in [
            "",
            "host:1",
            "http://",
            "ftp://host",
            "http://host:port",
            "http://host:99999",
            "http://host:+1",
            "http://host:1:2",
            "http://[::1]x",
            "http://[::g]",
            "http://a..b",
            "http://-a",
            "http://a-.b",
            "http://host ",
            "\thttp://host",
            "http://a b",
            "http://a*b",
            &format!("http://{}", "a".repeat(64)),
        ] {
            assert!(check(endpoint).is_err(), "{endpoint}");
        }
    }

    #[test]
    fn an_endpoint_is_shown_without_its_secrets() {
        for (endpoint, text) in [
            ("http://host:1/a", "http://host:1/a"),
            ("http://user:p@ss@host:port", "http://host:port"),
            ("user:pass@host", "host"),
            ("http://user:pass@host/a?token=b", "http://host/a"),
            ("http://user:p#ss@host", "http://..."),
        ] {
            assert_eq!(shown(endpoint), text, "{endpoint}");
        }
    }

    #[test]
    fn an_endpoint_is_quoted_or_used() {
        let endpoint = |service: &str, value: &str| {
            let pairs = [(ENDPOINT.to_owned(), value.to_owned()), ("HOME".to_owned(), "/nowhere".to_owned())];
            Settings::of(Variables::from_pairs(pairs), Order::Boto3).unwrap().endpoint(service)
        };
        let message = |service, value| {
            let error = endpoint(service, value).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            error.to_string()
        };
        assert_eq!(endpoint("SSM", "  http://h?a=b").unwrap().unwrap().value, "http://h?a=b");
        assert!(message("SSM", "http://h:port").starts_with("AWS_ENDPOINT_URL=\"http://h:port\" is not a URL"));
        assert!(message("S3", "http://h?a=b").contains("with a query"));
    }
}
