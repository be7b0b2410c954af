use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

#[cfg(feature = "s3")]
use aws_sdk_s3::config::ResponseChecksumValidation;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::{SdkConfig, service_config::ServiceConfigKey};

use super::{
    answers::Answers,
    config,
    credentials::Kept,
    settings::{GLOBAL, Order, Settings, shown_endpoint},
    timeouts,
};
#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
use super::{client::builder, retry::Unreadable};
use crate::Error;

/// The names of the services in the SDK's settings.
#[cfg(feature = "ssm")]
pub(super) const SSM: &str = "SSM";
#[cfg(feature = "secrets-manager")]
pub(super) const SECRETS_MANAGER: &str = "Secrets Manager";
#[cfg(feature = "s3")]
pub(super) const S3: &str = "S3";

/// A configuration, its service clients (each created at its first use), and the connections that they share.
#[derive(Debug)]
pub(super) struct Connection {
    config: SdkConfig,
    settings: Settings,
    /// The value is true if the configuration was given by a caller, and false if it comes from the settings.
    is_given: bool,
    credentials: Option<Arc<Kept>>,
    #[cfg(feature = "ssm")]
    ssm: OnceLock<aws_sdk_ssm::Client>,
    #[cfg(feature = "secrets-manager")]
    secrets_manager: OnceLock<aws_sdk_secretsmanager::Client>,
    #[cfg(feature = "s3")]
    s3: OnceLock<aws_sdk_s3::Client>,
    #[cfg(feature = "s3")]
    bucket_regions: super::s3::BucketRegions,
    #[cfg(feature = "s3")]
    addressing: super::s3::Addressing,
}

impl Connection {
    /// Opens a connection with `config`, or with the settings.
    pub(super) fn open(config: Option<&SdkConfig>, settings: Result<Settings, Error>) -> Result<Self, Error> {
        let is_given = config.is_some();
        let (settings, (config, credentials)) = if let Some(config) = config {
            (settings.unwrap_or_default(), config::complete(config)?)
        } else {
            let settings = settings?;
            let (config, credentials) = config::load(&settings)?;
            (settings, (config, Some(credentials)))
        };
        Ok(Self {
            config,
            #[cfg(feature = "s3")]
            addressing: super::s3::Addressing::read(&settings).unwrap_or_default(),
            settings,
            is_given,
            credentials,
            #[cfg(feature = "ssm")]
            ssm: OnceLock::new(),
            #[cfg(feature = "secrets-manager")]
            secrets_manager: OnceLock::new(),
            #[cfg(feature = "s3")]
            s3: OnceLock::new(),
            #[cfg(feature = "s3")]
            bucket_regions: super::s3::BucketRegions::default(),
        })
    }

    /// Checks everything that a call to a service needs and that would otherwise fail during the call: the endpoint,
    /// the Region, and credentials of a process, which may take longer than a call is allowed to. `what` describes the
    /// requested value.
    pub(super) async fn prepare(&self, service: &str, what: &str) -> Result<(), Error> {
        if self.is_given {
            return self.endpoint(service).map_or(Ok(()), |endpoint| config::check_endpoint(&endpoint));
        }
        self.settings.endpoint(service)?;
        #[cfg(feature = "s3")]
        if service == S3 {
            super::s3::Addressing::read(&self.settings)?;
        }
        // As in boto3, only S3 works without a Region.
        let is_global = service == "S3" && self.settings.order() == Order::Boto3;
        if self.config.region().is_none() && !is_global {
            return Err(self.settings.no_region().while_reading(what));
        }
        if let Some(credentials) = self.credentials.as_ref().filter(|credentials| credentials.needs_patience()) {
            credentials.load().await?;
        }
        Ok(())
    }

    /// Returns `true` if the credentials were replaced, so that `newer` has different ones.
    pub(super) async fn is_replaced_by(&self, newer: &Self) -> bool {
        let (Some(old), Some(new)) = (&self.credentials, &newer.credentials) else { return false };
        let keys = |credentials: &aws_credential_types::Credentials| {
            let token = credentials.session_token().map(str::to_owned);
            (credentials.access_key_id().to_owned(), credentials.secret_access_key().to_owned(), token)
        };
        let old = old.given().as_ref().map(keys);
        new.load().await.is_ok_and(|new| old != Some(keys(&new)))
    }

    /// Returns the configuration that the services have in common, which needs a Region.
    pub(super) fn config(&self) -> Result<&SdkConfig, Error> {
        if self.config.region().is_some() { Ok(&self.config) } else { Err(self.settings.no_region()) }
    }

    /// Returns the configuration for a service. FIPS and dual stack select AWS's endpoints, so they do not apply to a
    /// configured endpoint.
    fn config_of(&self, service: &str) -> SdkConfig {
        let mut builder = self.config.to_builder();
        if self.config.region().is_none() {
            builder.set_region(GLOBAL);
        }
        if !self.is_given && self.endpoint(service).is_some() {
            builder.set_use_fips(None);
            builder.set_use_dual_stack(None);
        }
        builder.build()
    }

    /// Describes the target of a service's calls for messages: the Region, and the endpoint if one is set.
    pub(super) fn place(&self, service: &str) -> String {
        let region = self.config.region().map(ToString::to_string).unwrap_or_default();
        match self.endpoint(service) {
            Some(endpoint) => format!("{region} at {}", shown_endpoint(&endpoint)),
            None => region,
        }
    }

    /// Returns the Region of calls.
    #[cfg(feature = "s3")]
    pub(super) fn region(&self) -> Option<&aws_types::region::Region> {
        self.config.region()
    }

    /// Returns the timeout of a call with its retries.
    pub(super) fn call_timeout(&self) -> Option<Duration> {
        timeouts::call(self.config.timeout_config())
    }

    /// Returns the maximum time between two parts of a body.
    #[cfg(feature = "s3")]
    pub(super) fn read_timeout(&self) -> Option<Duration> {
        timeouts::read(self.config.timeout_config())
    }

    /// Returns the endpoint that the environment or the profile sets for a service or for all services.
    fn endpoint(&self, service: &str) -> Option<String> {
        let key =
            ServiceConfigKey::builder().service_id(service).env("AWS_ENDPOINT_URL").profile("endpoint_url").build();
        let own = self.config.service_config().and_then(|config| config.load_config(key.ok()?));
        own.or_else(|| self.config.endpoint_url().map(str::to_owned))
    }

    /// Returns the configuration's HTTP client for one service.
    fn http_client(&self, answers: Answers) -> Option<SharedHttpClient> {
        self.config.http_client().map(|client| answers.of(client))
    }

    /// Returns `true` if checksums are requested from S3 and compared with bodies
    /// (`AWS_RESPONSE_CHECKSUM_VALIDATION`).
    #[cfg(feature = "s3")]
    pub(super) fn checks_checksums(&self) -> bool {
        self.config.response_checksum_validation() != Some(ResponseChecksumValidation::WhenRequired)
    }

    #[cfg(feature = "ssm")]
    pub(super) fn ssm(&self) -> &aws_sdk_ssm::Client {
        self.ssm.get_or_init(|| {
            let builder = builder!(aws_sdk_ssm, &self.config_of(SSM), self.endpoint(SSM).as_deref());
            let mut builder = builder.retry_classifier(Unreadable);
            builder.set_http_client(self.http_client(Answers::Json));
            aws_sdk_ssm::Client::from_conf(builder.build())
        })
    }

    #[cfg(feature = "secrets-manager")]
    pub(super) fn secrets_manager(&self) -> &aws_sdk_secretsmanager::Client {
        self.secrets_manager.get_or_init(|| {
            let (config, endpoint) = (self.config_of(SECRETS_MANAGER), self.endpoint(SECRETS_MANAGER));
            let builder = builder!(aws_sdk_secretsmanager, &config, endpoint.as_deref());
            let mut builder = builder.retry_classifier(Unreadable);
            builder.set_http_client(self.http_client(Answers::Json));
            aws_sdk_secretsmanager::Client::from_conf(builder.build())
        })
    }

    #[cfg(feature = "s3")]
    pub(super) fn s3(&self) -> &aws_sdk_s3::Client {
        self.s3.get_or_init(|| {
            let mut builder = self.addressing.client(&self.config_of(S3), self.endpoint(S3).as_deref());
            builder = builder.retry_classifier(super::retry::TooManyRequests);
            builder.set_http_client(self.http_client(Answers::S3 { are_checked: self.checks_checksums() }));
            aws_sdk_s3::Client::from_conf(builder.build())
        })
    }

    /// Returns the settings of S3's addresses.
    #[cfg(feature = "s3")]
    pub(super) fn addressing(&self) -> &super::s3::Addressing {
        &self.addressing
    }

    /// Returns the Regions of buckets outside the configured Region.
    #[cfg(feature = "s3")]
    pub(super) fn bucket_regions(&self) -> &super::s3::BucketRegions {
        &self.bucket_regions
    }
}
