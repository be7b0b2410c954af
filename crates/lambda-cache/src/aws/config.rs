//! The configuration of calls, from the settings or from a given configuration.

use std::{
    collections::hash_map::DefaultHasher,
    env,
    hash::{Hash, Hasher},
    sync::Arc,
};

use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_sts::config::IdentityCache;
use aws_smithy_async::{rt::sleep::default_async_sleep, time::SystemTimeSource};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_types::{SdkConfig, app_name::AppName, sdk_config::Builder};

use super::{
    credentials::{self, Kept},
    http_client::HttpClient,
    settings::{Order, Settings},
    timeouts,
};
use crate::{Error, ErrorKind, runtime::guard::guarded};

/// The access key that moto's `mock_aws` sets in the environment.
const MOTO_ACCESS_KEY: &str = "FOOBARKEY";

/// Returns the configuration of this crate's own calls, for other clients of the SDK: the Region, credentials,
/// endpoints and timeouts of the environment, and this crate's HTTP client, which starts more quickly than the
/// SDK's.
///
/// Makes no call. Credentials are fetched when a client needs them.
///
/// # Errors
/// [`ErrorKind::Configuration`]: a missing Region or an invalid variable.
///
/// ```no_run
/// # async fn example() -> Result<(), lambda_cache::Error> {
/// let config = lambda_cache::sdk_config().await?; // for aws_sdk_dynamodb::Client::new(&config), say
/// # let _ = config;
/// # Ok(()) }
/// ```
#[allow(clippy::unused_async, reason = "a later version may make a call, and callers already await it")]
pub async fn sdk_config() -> Result<SdkConfig, Error> {
    let read = async {
        let settings = Settings::read(Order::Sdk)?;
        let (config, _) = load(&settings)?;
        if config.region().is_none() {
            return Err(settings.no_region());
        }
        Ok(config)
    };
    guarded(|| "reading the AWS configuration".to_owned(), read).await
}

/// Returns the configuration for the settings, and its credentials, of which none were fetched yet. It has no
/// Region if none is set.
pub(super) fn load(settings: &Settings) -> Result<(SdkConfig, Arc<Kept>), Error> {
    refuse_motos_mock()?;
    // The SDK reads it by itself, for the header User-Agent.
    if let Some(name) = settings.variable("AWS_EXECUTION_ENV").filter(|name| name.value.contains(char::is_control)) {
        return Err(name.refuse("a name with a control character, which no request can have: unset it"));
    }
    let limits = timeouts::from_environment()?;
    let place = settings.region()?;
    let (is_fips, is_dual_stack) = settings.endpoint_variants();
    let client = HttpClient::new(timeouts::connect(&limits), settings.text("AWS_CA_BUNDLE", "ca_bundle"));
    let mut builder = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(client.clone())
        .time_source(SystemTimeSource::new())
        .timeout_config(limits.clone())
        .retry_config(settings.retry()?)
        .service_config(settings.clone())
        .region(place.region);
    builder.set_sleep_impl(default_async_sleep());
    builder.set_use_fips((is_fips || place.is_fips).then_some(true));
    builder.set_use_dual_stack(is_dual_stack.then_some(true));
    builder.set_request_checksum_calculation(settings.request_checksum()?);
    builder.set_response_checksum_validation(settings.response_checksum()?);
    let name = settings.text("AWS_SDK_UA_APP_ID", "sdk_ua_app_id");
    builder.set_app_name(name.and_then(|name| AppName::new(name.value).ok()));
    let config = builder.build();
    let kept = credentials::of_settings(settings, &config, client, timeouts::credentials(&limits));
    Ok((with_credentials(config.into_builder(), &kept).build(), kept))
}

/// Adds credentials that keep themselves, so that no cache of the SDK is needed.
fn with_credentials(builder: Builder, kept: &Arc<Kept>) -> Builder {
    let shared: Arc<dyn ProvideCredentials> = Arc::clone(kept) as _;
    builder.credentials_provider(SharedCredentialsProvider::new(shared)).identity_cache(IdentityCache::no_cache())
}

/// Completes a given configuration with this crate's HTTP client and timeouts, if it has none. Returns it with its
/// credentials, if it has a provider.
pub(super) fn complete(config: &SdkConfig) -> Result<(SdkConfig, Option<Arc<Kept>>), Error> {
    if config.region().is_none() {
        return Err(Error::new(
            ErrorKind::Configuration,
            "the SdkConfig that the cache was built with has no Region: give it one, or set AWS_REGION",
        ));
    }
    let limits = timeouts::complete(config.timeout_config())?;
    let mut builder = config.to_builder();
    if config.http_client().is_none() {
        builder = builder.http_client(HttpClient::new(timeouts::connect(&limits), None));
    }
    if config.behavior_version().is_none() {
        builder.set_behavior_version(Some(BehaviorVersion::latest())); // without one the SDK panics
    }
    let limit = timeouts::credentials(&limits);
    builder.set_timeout_config(Some(limits));
    let kept = config.credentials_provider().map(|provider| Kept::of_provider(provider, limit));
    if let Some(kept) = &kept {
        builder = with_credentials(builder, kept);
    }
    Ok((builder.build(), kept))
}

/// Rejects an endpoint of a given configuration that is not the URL of a server.
pub(super) fn check_endpoint(endpoint: &str) -> Result<(), Error> {
    super::settings::check_endpoint(endpoint).map_err(|what_is_wrong| {
        Error::new(
            ErrorKind::Configuration,
            format!("the endpoint {:?} is {what_is_wrong}", super::settings::shown_endpoint(endpoint)),
        )
    })
}

/// Returns the profile for messages, because its name may be mistyped.
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

/// Returns a number that changes with any setting in the environment that affects a connection.
#[must_use]
pub fn environment_fingerprint() -> u64 {
    env::vars_os()
        .filter(|(name, _)| name.to_str().is_some_and(configures_aws))
        .map(|variable| {
            let mut hasher = DefaultHasher::new();
            variable.hash(&mut hasher);
            hasher.finish()
        })
        .fold(0, |all, one| all ^ one) // independent of the order
}

fn configures_aws(name: &str) -> bool {
    let is_aws = name.starts_with("AWS_") && !name.starts_with("AWS_LAMBDA_") && !name.starts_with("AWS_XRAY_");
    let is_ours = name.starts_with("LAMBDA_CACHE_")
        && ["_IN_SECONDS", "_IN_PERCENT", "_LOG_LEVEL", "_LOCAL", "_AGENT", "_AGENT_PORT"]
            .iter()
            .any(|unit| name.ends_with(unit));
    is_aws || is_ours || name == "HOME" || name == "REQUESTS_CA_BUNDLE" || name.to_ascii_lowercase().ends_with("_proxy")
}
