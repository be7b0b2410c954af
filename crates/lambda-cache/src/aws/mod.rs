//! AWS, through its official SDK. Nothing outside this folder names an SDK type.

mod causes;
mod config;
mod connection;
mod error;
#[cfg(feature = "s3")]
mod expires;
mod freeze;
mod http_client;
mod patient_body;
#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
mod retry;
#[cfg(feature = "s3")]
mod s3;
#[cfg(feature = "secrets-manager")]
mod secrets_manager;
mod settings;
#[cfg(feature = "ssm")]
mod ssm;
mod timeouts;
mod transport;

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use aws_types::SdkConfig;
use futures_util::{FutureExt, future::BoxFuture};
use tokio::sync::OnceCell;

pub use config::{environment_fingerprint, sdk_config};

use self::connection::Connection;
use crate::{Error, source::Api};

/// The calls, answered by AWS as it is configured. Nothing is read and nothing opened until the first.
#[derive(Debug)]
pub struct Aws {
    config: Option<SdkConfig>,
    connection: ArcSwap<OnceCell<Arc<Connection>>>,
}

impl Aws {
    /// AWS as `config` says, or as the environment does.
    #[must_use]
    pub fn new(config: Option<SdkConfig>) -> Self {
        Self { config, connection: ArcSwap::default() }
    }

    /// Trouble with the configuration is not kept: the next call looks again.
    async fn connection(&self) -> Result<Arc<Connection>, Error> {
        let open = async || Connection::open(self.config.as_ref()).await.map(Arc::new);
        Ok(Arc::clone(self.connection.load_full().get_or_try_init(open).await?))
    }
}

impl Api for Aws {
    #[cfg(feature = "ssm")]
    fn get_parameter<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<crate::Value, Error>> {
        async move { ssm::get_parameter(&*self.connection().await?, name).await }.boxed()
    }

    #[cfg(feature = "ssm")]
    fn get_parameters<'a>(&'a self, names: &'a [String]) -> BoxFuture<'a, Result<Vec<Option<crate::Value>>, Error>> {
        async move { ssm::get_parameters(&*self.connection().await?, names).await }.boxed()
    }

    #[cfg(feature = "ssm")]
    fn get_parameters_by_path<'a>(
        &'a self,
        path: &'a str,
        is_recursive: bool,
    ) -> BoxFuture<'a, Result<Vec<(String, crate::Value)>, Error>> {
        async move { ssm::get_parameters_by_path(&*self.connection().await?, path, is_recursive).await }.boxed()
    }

    #[cfg(feature = "ssm")]
    fn no_such_parameters(&self, names: &[&str]) -> Error {
        let connection = self.connection.load();
        let place = connection.get().map_or_else(|| "AWS".to_owned(), |connection| connection.place(connection::SSM));
        ssm::no_such_parameters(names, place)
    }

    #[cfg(feature = "secrets-manager")]
    fn get_secret_value<'a>(
        &'a self,
        name: &'a str,
        version: &'a crate::source::secrets_manager::Version,
    ) -> BoxFuture<'a, Result<crate::Value, Error>> {
        async move { secrets_manager::get_secret_value(&*self.connection().await?, name, version).await }.boxed()
    }

    #[cfg(feature = "secrets-manager")]
    fn next_rotation<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<std::time::SystemTime>, Error>> {
        async move { secrets_manager::next_rotation(&*self.connection().await?, name).await }.boxed()
    }

    #[cfg(feature = "s3")]
    fn get_object<'a>(
        &'a self,
        uri: &'a lambda_cache_names::s3::S3Uri,
        if_none_match: Option<&'a str>,
    ) -> BoxFuture<'a, Result<crate::source::s3::GetObject, Error>> {
        async move { s3::get_object(&*self.connection().await?, uri, if_none_match).await }.boxed()
    }

    #[cfg(feature = "s3")]
    fn get_part<'a>(
        &'a self,
        uri: &'a lambda_cache_names::s3::S3Uri,
        etag: &'a str,
        bytes: std::ops::Range<u64>,
    ) -> BoxFuture<'a, Result<crate::source::s3::Body, Error>> {
        async move { s3::get_part(&*self.connection().await?, uri, etag, bytes).await }.boxed()
    }

    fn patience(&self) -> Duration {
        timeouts::patience(self.config.as_ref().and_then(SdkConfig::timeout_config))
    }

    fn disconnect(&self) {
        self.connection.store(Arc::default());
    }
}
