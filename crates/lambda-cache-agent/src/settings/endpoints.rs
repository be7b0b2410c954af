//! The endpoints of the agent's own calls, where the environment names the agent as the endpoint of the function's.

use http::{Uri, uri::Scheme};

use super::variables::Variables;
use crate::{access::is_this_machine, error::StartError};

/// The variables of endpoints, each with the agent's own in its place.
const ENDPOINTS: [(&str, &str); 3] = [
    ("AWS_ENDPOINT_URL", "LAMBDA_CACHE_AGENT_ENDPOINT_URL"),
    ("AWS_ENDPOINT_URL_SSM", "LAMBDA_CACHE_AGENT_ENDPOINT_URL_SSM"),
    ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "LAMBDA_CACHE_AGENT_ENDPOINT_URL_SECRETS_MANAGER"),
];

/// Returns the variables of endpoints that the agent's calls have another value of, or none.
pub(super) fn changed(variables: &Variables, port: u16) -> impl Iterator<Item = (&'static str, Option<String>)> {
    ENDPOINTS.into_iter().filter_map(move |(name, own)| {
        if let Some(own) = variables.get(own) {
            return Some((name, Some(own.to_owned())));
        }
        variables.get(name).filter(|url| is_agent(url, port)).map(|_| (name, None))
    })
}

/// Refuses an endpoint of the agent's own that is the agent.
pub(super) fn check(variables: &Variables, port: u16) -> Result<(), StartError> {
    let mut own = ENDPOINTS.iter().filter_map(|(_, own)| Some((own, variables.get(own)?)));
    match own.find(|(_, url)| is_agent(url, port)) {
        None => Ok(()),
        Some((own, _)) => Err(StartError::new(format!(
            "{own} is the agent itself: name the endpoint that the agent is to ask, or leave it out for AWS's"
        ))),
    }
}

/// Returns `true` for a URL of this machine with the agent's port.
fn is_agent(url: &str, port: u16) -> bool {
    let Ok(url) = url.trim().parse::<Uri>() else { return false };
    let default = if url.scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 };
    url.port_u16().unwrap_or(default) == port && url.authority().is_some_and(is_this_machine)
}
