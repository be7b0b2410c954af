//! The caches of assumed roles, each with separate credentials and entries.

use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

use aws_credential_types::{
    Credentials,
    provider::{self, ProvideCredentials, SharedCredentialsProvider, error::CredentialsError, future},
};
use aws_smithy_runtime_api::client::result::SdkError;
use http::StatusCode;
use lambda_cache::Cache;
use tokio::sync::Mutex;

use crate::{agent::Agent, answer::Answer, upstream};

/// The caches by role, made when a request first names the role, and never removed.
#[derive(Default)]
pub(crate) struct Roles(Mutex<HashMap<String, Cache>>);

impl fmt::Debug for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Roles(..)")
    }
}

impl Roles {
    /// Returns the cache of a role, which is assumed first.
    ///
    /// # Errors
    /// The answer for too many roles, or for a role that cannot be assumed.
    pub(crate) async fn cache(&self, arn: &str, agent: &Agent) -> Result<Cache, Box<Answer>> {
        let mut caches = self.0.lock().await; // held while a role is assumed, so that simultaneous requests do it once
        if let Some(cache) = caches.get(arn) {
            return Ok(cache.clone());
        }
        if caches.len() >= agent.settings.max_roles {
            let message = format!(
                "the maximum number of assumed roles ({}) has been reached: use fewer roles, or raise max_roles",
                agent.settings.max_roles
            );
            return Err(Answer::refusal(StatusCode::BAD_REQUEST, "MaxRolesExceeded", &message).into());
        }
        let config = agent.upstream.sdk_config().map_err(|error| Answer::failure(&error))?;
        let role = AssumedRole { sts: aws_sdk_sts::Client::new(&config), arn: arn.to_owned(), first: Arc::default() };
        let first = role.assume().await.map_err(|error| refusal(arn, &error))?;
        *role.first.lock().await = Some(first);
        let config = config.into_builder().credentials_provider(SharedCredentialsProvider::new(role)).build();
        let api = upstream::limited_with(&config, &agent.settings);
        let cache = Cache::builder().capacity(agent.settings.cache_size).api(api).build();
        caches.insert(arn.to_owned(), cache.clone());
        Ok(cache)
    }

    /// Returns the caches that exist.
    pub(crate) async fn all(&self) -> Vec<Cache> {
        self.0.lock().await.values().cloned().collect()
    }
}

/// Returns the answer for a role that cannot be assumed. STS's message may name principals, but never keys.
fn refusal(arn: &str, error: &CredentialsError) -> Box<Answer> {
    if matches!(error, CredentialsError::ProviderTimedOut(_)) {
        let message = format!("STS did not answer in time when the role {arn} was assumed");
        return Answer::refusal(StatusCode::GATEWAY_TIMEOUT, "TimeoutError", &message).into();
    }
    let message = format!(
        "Failed to create caching client from role: {arn}; allow sts:AssumeRole on it, and let its trust policy name this role"
    );
    Answer::refusal(StatusCode::FORBIDDEN, "AccessDeniedException", &message).into()
}

/// The credentials of a role, from STS.
#[derive(Debug)]
struct AssumedRole {
    sts: aws_sdk_sts::Client,
    arn: String,
    /// The credentials of the check at the start, which are used first.
    first: Arc<Mutex<Option<Credentials>>>,
}

impl AssumedRole {
    async fn assume(&self) -> provider::Result {
        let given = self.sts.assume_role().role_arn(&self.arn).role_session_name("lambda-cache-agent").send().await;
        let given = given.map_err(|error| match error {
            SdkError::TimeoutError(_) => CredentialsError::provider_timed_out(Duration::ZERO),
            _ => CredentialsError::not_loaded("STS refused the role"),
        })?;
        let given = given.credentials.ok_or_else(|| CredentialsError::not_loaded("STS's answer has no credentials"))?;
        let expiry = (*given.expiration()).try_into().ok();
        let (key, secret, token) = (given.access_key_id, given.secret_access_key, Some(given.session_token));
        Ok(Credentials::new(key, secret, token, expiry, "lambda-cache-agent"))
    }
}

impl ProvideCredentials for AssumedRole {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            match self.first.lock().await.take() {
                Some(first) => Ok(first),
                None => self.assume().await,
            }
        })
    }
}
