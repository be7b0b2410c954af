//! The agent before AWS: requests to SSM and Secrets Manager go to the agent of this machine, whose cache all processes
//! share. If it fails, AWS is asked as without it.

pub(super) mod document;
mod door;
mod query;
mod rest;
mod token;

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use futures_util::{FutureExt, future::BoxFuture};
use tokio::runtime::Handle;

use self::{
    document::Document,
    door::{Door, Problem},
    rest::Rest,
};
use crate::{
    Error,
    aws::Aws,
    engine::{Age, Fetched, Freshness, MaxAge, Moment},
    settings::agent::AgentAddress,
    source::{Answering, Api, Request},
    value::Item,
};

/// The time after which the clocks of two processes agree on the order of two events.
const CLOCK_MARGIN: MaxAge = MaxAge::from_nanos(1_000_000_000);

/// The calls to AWS, behind an agent that answers whole requests.
pub(crate) struct Agent {
    aws: Arc<Aws>,
    /// The agent, or the error in its setting.
    door: Result<Door, Error>,
    rest: Rest,
    region: OnceLock<Option<String>>,
    /// The time at which entries were last removed. The agent may still have them.
    invalidated: Mutex<Option<Moment>>,
}

impl Agent {
    /// Creates the calls of `aws` behind the agent at this address. Nothing is opened.
    pub(crate) fn before(aws: Aws, address: Result<AgentAddress, Error>) -> Self {
        Self {
            aws: Arc::new(aws),
            door: address.map(Door::new),
            rest: Rest::default(),
            region: OnceLock::new(),
            invalidated: Mutex::default(),
        }
    }

    /// Returns the agent's answer, or `None` if AWS is to be asked.
    async fn ask(
        &self,
        request: &Request,
        query: &str,
        freshness: Freshness<'_>,
    ) -> Option<Result<Fetched<Item>, Error>> {
        let door = match &self.door {
            Ok(door) => door,
            Err(error) => return Some(Err(error.clone())),
        };
        if Handle::try_current().is_err() || !self.rest.allows(freshness) {
            return None;
        }
        match self.answer_of(door, request, query, freshness).await {
            Ok(answer) => {
                self.rest.succeeded();
                Some(answer)
            }
            Err(problem) => {
                self.rest.failed(freshness.now(), door.warning(&problem));
                None
            }
        }
    }

    async fn answer_of(
        &self,
        door: &Door,
        request: &Request,
        query: &str,
        freshness: Freshness<'_>,
    ) -> Result<Result<Fetched<Item>, Error>, Problem> {
        let token = token::of(|name| self.aws.variable(name))?;
        let region = self.region.get_or_init(|| self.aws.region());
        let mut max_age = if self.is_invalidated_within(freshness) { MaxAge::ZERO } else { freshness.max_age() };
        loop {
            let sent = freshness.now();
            let document = match door.get(&query::complete(query, max_age, region.as_deref()), token.clone()).await? {
                Ok(document) => document,
                Err(error) => return Ok(Err(error)),
            };
            let Document { age_ns, until_wall_ns, .. } = document;
            let item = document.into_item(request).ok_or(Problem::Unreadable)?;
            if max_age == MaxAge::ZERO {
                return Ok(Ok(match until_wall_ns {
                    Some(until) => Fetched::Until(item, until),
                    None => Fetched::Now(item),
                }));
            }
            if max_age.allows(Age::from_nanos(age_ns)) {
                let began = sent.earlier(age_ns);
                return Ok(Ok(match until_wall_ns {
                    Some(until) => Fetched::ThenUntil(item, began, until),
                    None => Fetched::Then(item, began),
                }));
            }
            max_age = MaxAge::ZERO; // this process measures the age as too great
        }
    }

    /// Returns `true` if entries were removed so recently that a value of the caller's max age may be older.
    fn is_invalidated_within(&self, freshness: Freshness<'_>) -> bool {
        let Some(at) = *self.invalidated() else { return false };
        let age = freshness.age(at);
        age == Age::UNKNOWN || freshness.max_age().plus(CLOCK_MARGIN).allows(age)
    }

    fn invalidated(&self) -> MutexGuard<'_, Option<Moment>> {
        self.invalidated.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Api for Agent {
    fn answer<'a>(&'a self, request: &'a Request, freshness: Freshness<'a>) -> Option<Answering<'a>> {
        let query = query::of(request)?;
        Some(async move { self.ask(request, &query, freshness).await }.boxed())
    }

    fn invalidated(&self, at: Moment) {
        *self.invalidated() = Some(at);
    }

    fn take_warning(&self) -> Option<String> {
        self.rest.take_warning()
    }

    #[cfg(feature = "ssm")]
    fn get_parameter<'a>(&'a self, name: &'a str, decrypt: bool) -> BoxFuture<'a, Result<Item, Error>> {
        self.aws.get_parameter(name, decrypt)
    }

    #[cfg(feature = "ssm")]
    fn get_parameters<'a>(
        &'a self,
        names: &'a [String],
        decrypt: bool,
    ) -> BoxFuture<'a, Result<Vec<Option<Item>>, Error>> {
        self.aws.get_parameters(names, decrypt)
    }

    #[cfg(feature = "ssm")]
    fn get_parameters_by_path<'a>(
        &'a self,
        path: &'a str,
        is_recursive: bool,
        decrypt: bool,
    ) -> BoxFuture<'a, Result<Vec<(String, Item)>, Error>> {
        self.aws.get_parameters_by_path(path, is_recursive, decrypt)
    }

    #[cfg(feature = "ssm")]
    fn no_such_parameters(&self, names: &[&str]) -> Error {
        self.aws.no_such_parameters(names)
    }

    #[cfg(feature = "secrets-manager")]
    fn get_secret_value<'a>(
        &'a self,
        name: &'a str,
        version: &'a crate::source::secrets_manager::Version,
    ) -> BoxFuture<'a, Result<Item, Error>> {
        self.aws.get_secret_value(name, version)
    }

    #[cfg(feature = "secrets-manager")]
    fn next_rotation<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<std::time::SystemTime>, Error>> {
        self.aws.next_rotation(name)
    }

    #[cfg(feature = "s3")]
    fn get_object<'a>(
        &'a self,
        uri: &'a lambda_cache_names::s3::S3Uri,
        unless: Option<&'a crate::source::s3::Version>,
    ) -> BoxFuture<'a, Result<crate::source::s3::GetObject, Error>> {
        self.aws.get_object(uri, unless)
    }

    #[cfg(feature = "s3")]
    fn get_part<'a>(
        &'a self,
        uri: &'a lambda_cache_names::s3::S3Uri,
        if_match: Option<&'a str>,
        bytes: std::ops::Range<u64>,
    ) -> BoxFuture<'a, Result<crate::source::s3::GetPart, Error>> {
        self.aws.get_part(uri, if_match, bytes)
    }

    fn patience(&self) -> std::time::Duration {
        self.aws.patience()
    }

    fn disconnect(&self) {
        if let Ok(door) = &self.door {
            door.disconnect();
        }
        self.aws.disconnect();
    }
}
