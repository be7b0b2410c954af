//! What the environment says: Region, credentials, endpoints.

use std::{
    collections::hash_map::DefaultHasher,
    env,
    hash::{Hash, Hasher},
};

use aws_config::{
    BehaviorVersion, SdkConfig,
    environment::{EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider},
    identity::IdentityCache,
    meta::region::RegionProviderChain,
    profile::ProfileFileRegionProvider,
};

use super::{http_client::HttpClient, timeouts};
use crate::{Error, ErrorKind};

/// The access key that moto's `mock_aws` puts into the environment.
const MOTO_ACCESS_KEY: &str = "FOOBARKEY";

fn given(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// What this crate's own calls are made with, for other clients of the SDK: Region, credentials, endpoints, time-outs as the
/// environment says, and this crate's HTTP client, which is quicker to start than the SDK's own.
///
/// Nothing is called; credentials are fetched when a client needs them.
///
/// # Errors
/// [`ErrorKind::Configuration`]: no Region, a variable that cannot be meant.
///
/// ```no_run
/// # async fn example() -> Result<(), lambda_cache::Error> {
/// let config = lambda_cache::sdk_config().await?; // for aws_sdk_dynamodb::Client::new(&config), say
/// # let _ = config;
/// # Ok(()) }
/// ```
pub async fn sdk_config() -> Result<SdkConfig, Error> {
    load().await
}

/// The environment's configuration, credentials not yet fetched.
pub(super) async fn load() -> Result<SdkConfig, Error> {
    refuse_motos_mock()?;
    let limits = timeouts::from_environment()?;
    let region = RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
        .or_else(ProfileFileRegionProvider::new())
        .region()
        .await
        .ok_or_else(no_region)?;
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(region)
        .http_client(HttpClient::new(timeouts::connect(&limits))?)
        .identity_cache(IdentityCache::lazy().load_timeout(timeouts::credentials(&limits)).build())
        .timeout_config(limits);
    if given("AWS_ACCESS_KEY_ID") && given("AWS_SECRET_ACCESS_KEY") {
        // The usual case in Lambda: the rest of the chain (profiles, web identity, containers) is not even built.
        loader = loader.credentials_provider(EnvironmentVariableCredentialsProvider::new());
    }
    Ok(loader.load().await)
}

/// A given configuration, with ours where it leaves something open: the HTTP client, the time-outs.
pub(super) fn complete(config: &SdkConfig) -> Result<SdkConfig, Error> {
    if config.region().is_none() {
        return Err(Error::new(
            ErrorKind::Configuration,
            "the SdkConfig that the cache was built with has no Region: give it one, or set AWS_REGION",
        ));
    }
    let limits = timeouts::complete(config.timeout_config())?;
    let mut builder = config.to_builder();
    if config.http_client().is_none() {
        builder = builder.http_client(HttpClient::new(timeouts::connect(&limits))?);
    }
    if config.behavior_version().is_none() {
        builder.set_behavior_version(Some(BehaviorVersion::latest())); // without one the SDK panics
    }
    builder.set_timeout_config(Some(limits));
    Ok(builder.build())
}

fn no_region() -> Error {
    Error::new(
        ErrorKind::Configuration,
        format!("no AWS Region is set{}: set AWS_REGION (Lambda does), or region in the profile", profile()),
    )
}

/// Refuses an endpoint that is no URL of a server.
pub(super) fn check_endpoint(endpoint: &str) -> Result<(), Error> {
    let is_url = endpoint.parse::<http::Uri>().is_ok_and(|uri| {
        uri.host().is_some() && uri.scheme_str().is_some_and(|scheme| ["http", "https"].contains(&scheme))
    });
    if is_url {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Configuration,
        format!("the endpoint {endpoint:?} (AWS_ENDPOINT_URL) is no URL: write it as http://host:port or https://host"),
    ))
}

/// The profile that is asked for, for messages: it may be the one that is mistyped.
pub(super) fn profile() -> String {
    env::var("AWS_PROFILE").map_or_else(|_| String::new(), |profile| format!(" (AWS_PROFILE is {profile:?})"))
}

fn refuse_motos_mock() -> Result<(), Error> {
    let is_mocked = env::var_os("AWS_ACCESS_KEY_ID").is_some_and(|key| key == MOTO_ACCESS_KEY);
    let has_endpoint = env::vars_os().any(|(name, _)| name.to_string_lossy().starts_with("AWS_ENDPOINT_URL"));
    if !is_mocked || has_endpoint {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Configuration,
        "moto's fake credentials (FOOBARKEY) are set but no endpoint: mock_aws patches botocore, which lambda-cache \
         does not use, so the call would go to AWS itself; supply values with lambda_cache.testing (from lambda_cache \
         import testing), or run moto server and set AWS_ENDPOINT_URL",
    ))
}

/// A number that changes when anything changes in the environment that a connection is made from.
#[must_use]
pub fn environment_fingerprint() -> u64 {
    env::vars_os()
        .filter(|(name, _)| name.to_str().is_some_and(configures_aws))
        .map(|variable| {
            let mut hasher = DefaultHasher::new();
            variable.hash(&mut hasher);
            hasher.finish()
        })
        .fold(0, |all, one| all ^ one) // whatever the order
}

fn configures_aws(name: &str) -> bool {
    let is_aws = name.starts_with("AWS_") && !name.starts_with("AWS_LAMBDA_") && !name.starts_with("AWS_XRAY_");
    let is_ours = name.starts_with("LAMBDA_CACHE_")
        && ["_IN_SECONDS", "_IN_PERCENT", "_LOG_LEVEL", "_LOCAL"].iter().any(|unit| name.ends_with(unit));
    is_aws || is_ours || name == "HOME" || name == "REQUESTS_CA_BUNDLE" || name.to_ascii_lowercase().ends_with("_proxy")
}
