use std::{
    collections::HashMap,
    env,
    sync::{Mutex, OnceLock, PoisonError},
};

use aws_config::SdkConfig;
use aws_types::region::Region;

use super::config;
use crate::Error;

/// One configuration, its service clients (each made at its first use), and the connections that they share.
#[derive(Debug)]
pub(super) struct Connection {
    config: SdkConfig,
    place: String,
    ssm: OnceLock<aws_sdk_ssm::Client>,
    secrets_manager: OnceLock<aws_sdk_secretsmanager::Client>,
    s3: OnceLock<aws_sdk_s3::Client>,
    bucket_regions: Mutex<HashMap<String, Region>>,
}

impl Connection {
    pub(super) async fn open() -> Result<Self, Error> {
        let config = config::load().await?;
        let region = config.region().map(ToString::to_string).unwrap_or_default();
        let place = match config.endpoint_url() {
            Some(endpoint) => format!("{region} at {endpoint}"),
            None => region,
        };
        Ok(Self {
            config,
            place,
            ssm: OnceLock::new(),
            secrets_manager: OnceLock::new(),
            s3: OnceLock::new(),
            bucket_regions: Mutex::default(),
        })
    }

    /// Where calls go, for messages: the Region, and the endpoint where one is set.
    pub(super) fn place(&self) -> &str {
        &self.place
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
            let has_endpoint = self.config.endpoint_url().is_some() || env::var_os("AWS_ENDPOINT_URL_S3").is_some();
            let builder = aws_sdk_s3::config::Builder::from(&self.config).force_path_style(has_endpoint);
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
