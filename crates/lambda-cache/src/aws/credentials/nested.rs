//! The calls that fetch credentials, to STS and SSO.

use std::error::Error as StdError;

use aws_sdk_sts::{
    config::IdentityCache,
    error::{ProvideErrorMetadata, SdkError},
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_types::{SdkConfig, sdk_config::Builder};

use crate::{
    AwsFailure, Error, ErrorKind,
    aws::{
        error::{kind, request_id, timed_out},
        error_chain::find,
        settings::{GLOBAL, Settings},
    },
};

/// The settings and the configuration of these calls.
#[derive(Clone, Debug)]
pub(super) struct Nested {
    settings: Settings,
    config: SdkConfig,
}

impl Nested {
    /// Creates it from the configuration of the connection's own calls, without credentials.
    pub(super) fn new(settings: &Settings, config: &SdkConfig) -> Self {
        let mut builder = config.to_builder();
        builder.set_credentials_provider(None);
        builder.set_identity_cache(Some(IdentityCache::no_cache()));
        if config.region().is_none() {
            builder.set_region(GLOBAL);
        }
        Self { settings: settings.clone(), config: builder.build() }
    }

    /// Returns the configuration for a service, and its endpoint if one is set, which excludes FIPS and dual stack.
    pub(super) fn config(&self, service: &str) -> Result<(Builder, Option<String>), Error> {
        let endpoint = self.settings.endpoint(service)?;
        let mut builder = self.config.to_builder();
        if endpoint.is_some() {
            builder.set_use_fips(None);
            builder.set_use_dual_stack(None);
        }
        Ok((builder, endpoint.map(|endpoint| endpoint.value)))
    }

    /// Returns the configuration for STS, and its endpoint if one is set.
    pub(super) fn config_of_sts(&self) -> Result<(SdkConfig, Option<String>), Error> {
        let (mut builder, endpoint) = self.config("STS")?;
        let has_variant = self.config.use_fips() == Some(true) || self.config.use_dual_stack() == Some(true);
        if self.settings.has_global_sts(self.config.region())? && endpoint.is_none() && !has_variant {
            builder.set_region(GLOBAL);
        }
        Ok((builder.build(), endpoint))
    }

    /// Converts an error of the SDK. `doing` names the requested credentials.
    pub(super) fn failed<E>(operation: &'static str, doing: &str, error: &SdkError<E, HttpResponse>) -> Error
    where
        E: ProvideErrorMetadata + StdError + 'static,
    {
        let failure = |code: &str, message: &str| AwsFailure {
            operation,
            code: code.to_owned(),
            message: message.to_owned(),
            request_id: None,
            status: None,
        };
        match error {
            SdkError::ServiceError(service) if !service.raw().status().is_success() => {
                let status = service.raw().status().as_u16();
                let code = service.err().code().filter(|code| !code.is_empty());
                let code = code.map_or_else(|| status.to_string(), str::to_owned);
                let said = service.err().message().unwrap_or("no message");
                let message = format!("cannot get {doing}: {code}: {}", said.trim_end_matches('.'));
                let failure =
                    AwsFailure { request_id: request_id(service.raw()), status: Some(status), ..failure(&code, said) };
                Error::aws(kind(&failure), message, failure)
            }
            SdkError::ConstructionFailure(_) => {
                let message =
                    format!("cannot ask for {doing}: no request can be made of it; check its ARN, Region and endpoint");
                Error::new(ErrorKind::Configuration, message)
            }
            SdkError::ServiceError(_) | SdkError::ResponseError(_) => Self::unreadable(doing),
            _ => {
                let (code, reason) = match (timed_out(error), find::<std::io::Error>(error)) {
                    (Some(late), _) => (Error::TIMEOUT, late.to_string()),
                    (None, Some(error)) => ("ConnectionError", error.to_string()),
                    (None, None) if matches!(error, SdkError::TimeoutError(_)) => {
                        (Error::TIMEOUT, "no answer in time".into())
                    }
                    (None, None) => ("ConnectionError", "the connection failed".into()),
                };
                let message = format!("cannot get {doing}: {reason}; check the network and the endpoint");
                Error::aws(ErrorKind::Unavailable, message, failure(code, &reason))
            }
        }
    }

    /// Returns the error for an unreadable answer.
    pub(super) fn unreadable(doing: &str) -> Error {
        super::unavailable(doing, "the answer cannot be read")
    }
}
