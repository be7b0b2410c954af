//! A request as the agent's own door takes it.

use std::fmt::Write;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

#[cfg(feature = "ssm")]
use crate::source::ssm::{Parameters, Target};
use crate::{engine::MaxAge, source::Request};

/// The longest query that is sent. A longer one is left to AWS.
const LONGEST: usize = 32 * 1_024;

/// Returns the path and the query of a request, or `None` if AWS is to be asked.
pub(super) fn of(request: &Request) -> Option<String> {
    let query = match request {
        #[cfg(feature = "ssm")]
        Request::Parameters(parameters) => of_parameters(parameters),
        #[cfg(feature = "secrets-manager")]
        Request::Secret(secret) => of_secret(secret),
        _ => return None,
    };
    (query.len() <= LONGEST).then_some(query)
}

/// Adds what differs between two fetches of a request.
pub(super) fn complete(query: &str, max_age: MaxAge, region: Option<&str>) -> String {
    let mut query = query.to_owned();
    if max_age == MaxAge::INFINITE {
        query.push_str("&max_age_in_seconds=inf");
    } else {
        let nanoseconds = max_age.as_nanos();
        let (seconds, rest) = (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000);
        let _ = write!(query, "&max_age_in_seconds={seconds}.{rest:09}");
    }
    if let Some(region) = region {
        add(&mut query, "region", region);
    }
    query
}

#[cfg(feature = "ssm")]
fn of_parameters(parameters: &Parameters) -> String {
    let mut query = begun("/ssm/get");
    match parameters.target() {
        Target::One(name) => add(&mut query, "name", name),
        Target::List(list) => {
            query.push_str("&list=true");
            for name in list.names() {
                add(&mut query, "name", name);
            }
        }
        Target::Below(path, is_recursive) => {
            add(&mut query, "path", path);
            let _ = write!(query, "&recursive={is_recursive}");
        }
    }
    let _ = write!(query, "&optional={}&decrypt={}", parameters.is_optional(), !parameters.is_encrypted());
    query
}

#[cfg(feature = "secrets-manager")]
fn of_secret(secret: &crate::source::secrets_manager::Secret) -> String {
    let mut query = begun("/secretsmanager/value");
    let (names, version, list) = secret.target();
    for name in names {
        add(&mut query, "secretId", name);
    }
    let _ = write!(query, "&list={}&rotation_aware={}", list.is_some(), secret.is_rotation_aware());
    for (parameter, given) in [("versionStage", &version.stage), ("versionId", &version.id)] {
        if let Some(given) = given {
            add(&mut query, parameter, given);
        }
    }
    query
}

/// The agent never serves a stale value here: whether one is served is this process's decision.
fn begun(path: &str) -> String {
    format!("{path}?form=library&stale_if_error_in_seconds=0")
}

fn add(query: &mut String, parameter: &str, value: &str) {
    let _ = write!(query, "&{parameter}={}", utf8_percent_encode(value, NON_ALPHANUMERIC));
}
