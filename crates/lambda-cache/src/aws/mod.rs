//! AWS, called through its official SDK. Code outside this folder uses no type of the SDK.

mod answers;
mod bundle;
mod client;
mod config;
mod connection;
mod credentials;
mod crypto;
mod error;
mod error_chain;
mod freeze;
mod http_client;
mod idle_timeout_body;
#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
mod loopback;
#[cfg(feature = "ssm")]
mod pages;
mod proxy;
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
mod trust;
mod unreachable;

use std::{
    future::Future,
    sync::{Arc, OnceLock},
    time::Duration,
};

use arc_swap::ArcSwap;
use aws_types::SdkConfig;
use futures_util::{FutureExt, future::BoxFuture};
use tokio::runtime::Handle;

pub use config::{environment_fingerprint, sdk_config};
#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
pub(crate) use error::{refuses_credentials, reported};
#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
pub(crate) use loopback::Loopback;
pub use settings::Order;

use self::{
    connection::Connection,
    settings::{Settings, Variables},
};
#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
use crate::value::Item;
use crate::{Error, ErrorKind, runtime::guard::no_runtime, source::Api};

/// The API calls to AWS. Nothing is read or opened before the first call.
#[derive(Debug)]
pub struct Aws {
    config: Option<SdkConfig>,
    order: Order,
    /// The variables to read instead of the environment's.
    variables: Option<Variables>,
    connection: ArcSwap<OnceLock<Arc<Connection>>>,
}

impl Aws {
    /// Creates it with `config`, or with the settings of the environment in this order.
    #[must_use]
    pub fn new(config: Option<SdkConfig>, order: Order) -> Self {
        Self { config, order, variables: None, connection: ArcSwap::default() }
    }

    /// Creates it with the settings of these variables instead of the environment's. Only proxies, timeouts and
    /// `REQUESTS_CA_BUNDLE` still come from the environment. For tests, because a process has one environment.
    #[must_use]
    pub fn with_variables(variables: impl IntoIterator<Item = (String, String)>, order: Order) -> Self {
        Self { variables: Some(Variables::from_pairs(variables)), ..Self::new(None, order) }
    }

    fn open(&self) -> Result<Arc<Connection>, Error> {
        let settings = Settings::of(self.variables.clone().unwrap_or_else(Variables::read), self.order);
        Connection::open(self.config.as_ref(), settings).map(Arc::new)
    }

    /// Returns the connection in `cell`, opened if need be.
    fn connected(&self, cell: &OnceLock<Arc<Connection>>) -> Result<Arc<Connection>, Error> {
        if let Some(connection) = cell.get() {
            return Ok(Arc::clone(connection));
        }
        let opened = self.open()?;
        Ok(Arc::clone(cell.get_or_init(|| opened))) // of two threads that open one, both use the first
    }

    /// Returns the configuration of the calls, with their credentials.
    ///
    /// # Errors
    /// A missing Region or an invalid setting.
    pub fn sdk_config(&self) -> Result<SdkConfig, Error> {
        self.connected(&self.connection.load())?.config().cloned()
    }

    /// Returns a variable of the environment, unless it is unset or empty.
    #[cfg(any(feature = "ssm", feature = "secrets-manager"))]
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        match &self.variables {
            Some(variables) => variables.get(name).map(str::to_owned),
            None => std::env::var(name).ok().filter(|value| !value.is_empty()),
        }
    }

    /// Returns the Region of calls, if there is one. Opens no connection.
    #[must_use]
    pub fn region(&self) -> Option<String> {
        let connection = self.connection.load();
        if let Some(connection) = connection.get() {
            return connection.config().ok()?.region().map(ToString::to_string);
        }
        if let Some(config) = &self.config {
            return config.region().map(ToString::to_string);
        }
        let settings = Settings::of(self.variables.clone().unwrap_or_else(Variables::read), self.order).ok()?;
        settings.region().ok()?.region.map(|region| region.to_string())
    }

    /// Calls one service for a value that `what` describes. Configuration errors are not cached, so the next call
    /// reads the settings again. If AWS
    /// rejects the credentials and they have been replaced in the meantime, the call is repeated with the new ones.
    async fn ask<T, Asking>(
        &self,
        service: &str,
        what: &str,
        ask: impl Fn(Arc<Connection>) -> Asking,
    ) -> Result<T, Error>
    where
        Asking: Future<Output = Result<T, Error>>,
    {
        if Handle::try_current().is_err() {
            return Err(no_runtime("the AWS SDK"));
        }
        let cell = self.connection.load_full();
        let connection = self.connected(&cell)?;
        let first = async {
            connection.prepare(service, what).await?;
            ask(Arc::clone(&connection)).await
        };
        match first.await {
            Err(error) if error.kind() == ErrorKind::Configuration => {
                self.replace(&cell, Arc::default());
                Err(error)
            }
            Err(error) if error::refuses_credentials(&error) => {
                let Ok(newer) = self.open() else { return Err(error) };
                if !connection.is_replaced_by(&newer).await {
                    return Err(error);
                }
                self.replace(&cell, Arc::new(OnceLock::from(Arc::clone(&newer))));
                newer.prepare(service, what).await?;
                ask(newer).await
            }
            answer => answer,
        }
    }

    /// Replaces `old` with `new`, unless another thread has replaced it already.
    fn replace(&self, old: &Arc<OnceLock<Arc<Connection>>>, new: Arc<OnceLock<Arc<Connection>>>) {
        self.connection.compare_and_swap(old, new);
    }
}

impl Api for Aws {
    #[cfg(feature = "ssm")]
    fn get_parameter<'a>(&'a self, name: &'a str, decrypt: bool) -> BoxFuture<'a, Result<Item, Error>> {
        async move {
            let what = ssm::parameter(name);
            self.ask(connection::SSM, &what, |connection| async move {
                ssm::get_parameter(&connection, name, decrypt).await
            })
            .await
        }
        .boxed()
    }

    #[cfg(feature = "ssm")]
    fn get_parameters<'a>(
        &'a self,
        names: &'a [String],
        decrypt: bool,
    ) -> BoxFuture<'a, Result<Vec<Option<Item>>, Error>> {
        async move {
            self.ask(connection::SSM, &ssm::list(names), |connection| async move {
                ssm::get_parameters(&connection, names, decrypt).await
            })
            .await
        }
        .boxed()
    }

    #[cfg(feature = "ssm")]
    fn get_parameters_by_path<'a>(
        &'a self,
        path: &'a str,
        is_recursive: bool,
        decrypt: bool,
    ) -> BoxFuture<'a, Result<Vec<(String, Item)>, Error>> {
        async move {
            self.ask(connection::SSM, &ssm::below(path), |connection| async move {
                ssm::get_parameters_by_path(&connection, path, is_recursive, decrypt).await
            })
            .await
        }
        .boxed()
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
    ) -> BoxFuture<'a, Result<Item, Error>> {
        async move {
            self.ask(connection::SECRETS_MANAGER, &secrets_manager::secret(name), |connection| async move {
                secrets_manager::get_secret_value(&connection, name, version).await
            })
            .await
        }
        .boxed()
    }

    #[cfg(feature = "secrets-manager")]
    fn next_rotation<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<std::time::SystemTime>, Error>> {
        async move {
            self.ask(connection::SECRETS_MANAGER, &secrets_manager::secret(name), |connection| async move {
                secrets_manager::next_rotation(&connection, name).await
            })
            .await
        }
        .boxed()
    }

    #[cfg(feature = "s3")]
    fn get_object<'a>(
        &'a self,
        uri: &'a lambda_cache_names::s3::S3Uri,
        unless: Option<&'a crate::source::s3::Version>,
    ) -> BoxFuture<'a, Result<crate::source::s3::GetObject, Error>> {
        async move {
            let what = s3::object(uri);
            self.ask(connection::S3, &what, |connection| async move { s3::get_object(&connection, uri, unless).await })
                .await
        }
        .boxed()
    }

    #[cfg(feature = "s3")]
    fn get_part<'a>(
        &'a self,
        uri: &'a lambda_cache_names::s3::S3Uri,
        if_match: Option<&'a str>,
        bytes: std::ops::Range<u64>,
    ) -> BoxFuture<'a, Result<crate::source::s3::GetPart, Error>> {
        async move {
            self.ask(connection::S3, &s3::object(uri), |connection| {
                let bytes = bytes.clone();
                async move { s3::get_part(&connection, uri, if_match, bytes).await }
            })
            .await
        }
        .boxed()
    }

    fn patience(&self) -> Duration {
        timeouts::patience(self.config.as_ref().and_then(SdkConfig::timeout_config))
    }

    fn disconnect(&self) {
        self.connection.store(Arc::default());
    }
}
