use lambda_cache::__binding::engine::{MaxAge, Policy};

use crate::{answer::Answer, settings::ServiceSettings};

/// The options of every door that can be given with a request.
const MAX_AGE: &str = "max_age_in_seconds";
const STALE_IF_ERROR: &str = "stale_if_error_in_seconds";

/// The decoded names and values of a query, in their order.
#[derive(Debug)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(query: &str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// Returns the last value of a parameter that is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).last()
    }

    /// Returns the last value of a parameter, which may be empty.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        self.0.iter().rfind(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns every value of a parameter that is not empty.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// Returns the first value of one of these parameters that is not empty.
    pub(crate) fn first_of(&self, names: &[&str]) -> Option<&str> {
        let mut found = self.0.iter().filter(|(key, value)| names.contains(&key.as_str()) && !value.is_empty());
        found.next().map(|(_, value)| value.as_str())
    }

    /// Returns the first parameter that is not one of these, and not an option of every door.
    pub(crate) fn unknown(&self, known: &[&str]) -> Option<&str> {
        let names = self.0.iter().map(|(key, _)| key.as_str());
        names.into_iter().find(|name| ![MAX_AGE, STALE_IF_ERROR].contains(name) && !known.contains(name))
    }

    /// Returns a parameter that is `true` or `false`, or `default` if it is absent.
    pub(crate) fn flag(&self, name: &str, default: bool) -> Result<bool, Box<Answer>> {
        let Some(given) = self.get(name) else { return Ok(default) };
        match given.to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => Err(Answer::invalid(&format!("{name}={given} is invalid: write true or false")).into()),
        }
    }

    /// Returns the ages that the caller accepts, or those of the settings.
    pub(crate) fn ages(&self, service: &ServiceSettings) -> Result<Policy, Box<Answer>> {
        let age = |name| {
            let Some(given) = self.get(name) else { return Ok(None) };
            let age = given.parse().ok().and_then(|seconds| MaxAge::from_seconds(seconds).ok());
            let refuse = || {
                Answer::invalid(&format!("{name}={given} is not a number of seconds from 0 up: write it as {name}=300"))
            };
            age.map(Some).ok_or_else(|| Box::new(refuse()))
        };
        let Policy { max_age, stale_if_error } = service.ages();
        Ok(Policy {
            max_age: age(MAX_AGE)?.unwrap_or(max_age),
            stale_if_error: age(STALE_IF_ERROR)?.unwrap_or(stale_if_error),
        })
    }
}
