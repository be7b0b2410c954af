use std::{
    collections::HashMap,
    sync::{Mutex, OnceLock, PoisonError},
};

use aws_config::SdkConfig;
use aws_types::{region::Region, service_config::ServiceConfigKey};

use super::config;
use crate::Error;

/// The services, as the SDK calls them in the names of settings.
pub(super) const SSM: &str = "SSM";
pub(super) const SECRETS_MANAGER: &str = "Secrets Manager";
pub(super) const S3: &str = "S3";

/// One configuration, its service clients (each made at its first use), and the connections that they share.
#[derive(Debug)]
pub(super) struct Connection {
    config: SdkConfig,
    ssm: OnceLock<aws_sdk_ssm::Client>,
    secrets_manager: OnceLock<aws_sdk_secretsmanager::Client>,
    s3: OnceLock<aws_sdk_s3::Client>,
    bucket_regions: Mutex<HashMap<String, Region>>,
}

impl Connection {
    pub(super) async fn open() -> Result<Self, Error> {
        let connection = Self {
            config: config::load().await?,
            ssm: OnceLock::new(),
            secrets_manager: OnceLock::new(),
            s3: OnceLock::new(),
            bucket_regions: Mutex::default(),
        };
        for service in [SSM, SECRETS_MANAGER, S3] {
            if let Some(endpoint) = connection.endpoint(service) {
                config::check_endpoint(&endpoint)?;
            }
        }
        Ok(connection)
    }

    /// Where a service's calls go, for messages: the Region, and the endpoint where one is set.
    pub(super) fn place(&self, service: &str) -> String {
        let region = self.config.region().map(ToString::to_string).unwrap_or_default();
        match self.endpoint(service) {
            Some(endpoint) => format!("{region} at {endpoint}"),
            None => region,
        }
    }

    /// The endpoint that is set for a service, or for all, in the environment or the profile.
    fn endpoint(&self, service: &str) -> Option<String> {
        let key =
            ServiceConfigKey::builder().service_id(service).env("AWS_ENDPOINT_URL").profile("endpoint_url").build();
        let own = self.config.service_config().and_then(|config| config.load_config(key.ok()?));
        own.or_else(|| self.config.endpoint_url().map(str::to_owned))
    }

    pub(super) fn ssm(&self) -> &aws_sdk_ssm::Client {
        self.ssm.get_or_init(|| aws_sdk_ssm::Client::new(&self.config))
    }

    pub(super) fn secrets_manager(&self) -> &aws_sdk_secretsmanager::Client {
        self.secrets_manager.get_or_init(|| aws_sdk_secretsmanager::Client::new(&self.config))
    }

    pub(super) fn s3(&self) -> &aws_sdk_s3::Client {
        self.s3.get_or_init(|| {
            // A stand-in has no host name for each bucket, so the bucket goes into the path.
            let builder = aws_sdk_s3::config::Builder::from(&self.config).force_path_style(self.endpoint(S3).is_some());
            aws_sdk_s3::Client::from_conf(builder.build())
        })
    }

    /// The Region that a bucket turned out to be in, where it is not the configured one.
    pub(super) fn bucket_region(&self, bucket: &str) -> Option<Region> {
        self.bucket_regions.lock().unwrap_or_else(PoisonError::into_inner).get(bucket).cloned()
    }

    pub(super) fn set_bucket_region(&self, bucket: &str, region: Region) {
        self.bucket_regions.lock().unwrap_or_else(PoisonError::into_inner).insert(bucket.to_owned(), region);
    }
}
