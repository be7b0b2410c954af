//! The agent that misses go to.

use std::net::IpAddr;

use http::Uri;

use super::{given, refusal};
use crate::{Error, ErrorKind};

const AGENT: &str = "LAMBDA_CACHE_AGENT";
/// The variables with the agent's port, as the agent reads them.
const PORTS: [&str; 2] = ["LAMBDA_CACHE_AGENT_PORT", "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT"];
const DEFAULT_PORT: u16 = 2773;
const WHAT_TO_WRITE: &str = "neither off nor auto nor a URL of this machine: write it as http://127.0.0.1:2773";

/// The address of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AgentAddress {
    /// The URL without a path.
    pub(crate) url: String,
    /// The value is true for an agent that may be missing.
    pub(crate) is_sought: bool,
}

/// Returns the agent that the environment names, if any.
pub(crate) fn of_environment() -> Result<Option<AgentAddress>, Error> {
    let Some(given) = given(AGENT) else { return Ok(None) };
    parse(&given).ok_or_else(|| refusal(AGENT, &given, WHAT_TO_WRITE))?
}

/// Returns the agent that a caller names, if any.
pub(crate) fn of_option(given: &str) -> Result<Option<AgentAddress>, Error> {
    parse(given).ok_or_else(|| {
        Error::new(ErrorKind::Configuration, format!("the agent {given:?} of the cache is {WHAT_TO_WRITE}"))
    })?
}

/// Reads `off`, `auto` or a URL. Returns `None` for anything else.
fn parse(given: &str) -> Option<Result<Option<AgentAddress>, Error>> {
    match given.trim() {
        "off" => Some(Ok(None)),
        "auto" => {
            Some(port().map(|port| Some(AgentAddress { url: format!("http://127.0.0.1:{port}"), is_sought: true })))
        }
        url => is_of_this_machine(url).then(|| {
            let url = url.trim_end_matches('/').to_owned();
            Ok(Some(AgentAddress { url, is_sought: false }))
        }),
    }
}

/// The token is sent there without TLS, so no other machine is accepted.
fn is_of_this_machine(url: &str) -> bool {
    let Ok(uri) = url.parse::<Uri>() else { return false };
    let host = uri.host().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let is_loopback = host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback());
    let has_user = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
    uri.scheme_str() == Some("http") && is_loopback && !has_user && uri.path() == "/" && uri.query().is_none()
}

fn port() -> Result<u16, Error> {
    let Some((variable, given)) = PORTS.into_iter().find_map(|name| Some((name, given(name)?))) else {
        return Ok(DEFAULT_PORT);
    };
    let port = given.trim().parse().ok().filter(|port| *port > 0);
    port.ok_or_else(|| refusal(variable, &given, "not a port from 1 to 65535: write it as 2773"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_of_another_machine_is_refused() {
        for given in
            ["on", "", "127.0.0.1:2773", "https://127.0.0.1:2773", "http://10.0.0.5:2773", "http://localhost.evil"]
        {
            assert_eq!(of_option(given).unwrap_err().kind(), ErrorKind::Configuration, "{given}");
        }
        for given in ["http://user@127.0.0.1:2773", "http://127.0.0.1:2773/path", "http://127.0.0.1:2773/?x"] {
            assert_eq!(of_option(given).unwrap_err().kind(), ErrorKind::Configuration, "{given}");
        }
    }

    #[test]
    fn an_agent_of_this_machine_is_accepted() {
        for given in ["http://127.0.0.1:2773", "http://localhost:80/", "http://[::1]:2773", " http://127.0.0.2 "] {
            let agent = of_option(given).unwrap().unwrap();
            assert_eq!((agent.url.as_str(), agent.is_sought), (given.trim().trim_end_matches('/'), false));
        }
        assert_eq!(of_option("off").unwrap(), None);
    }
}
