//! AWS, through its official SDK. Nothing outside this folder names an SDK type.

mod causes;
mod config;
mod connection;
mod error;
mod http_client;
mod s3;
mod secrets_manager;
mod ssm;
mod transport;

use std::sync::Arc;

use futures_util::{FutureExt, future::BoxFuture};
use lambda_cache_names::s3::S3Uri;
use tokio::sync::OnceCell;

pub use config::environment_fingerprint;

use self::connection::Connection;
use crate::{
    Error, Value,
    source::{Api, GetObject},
};

/// The calls, answered by AWS as the environment configures it. Nothing is read and nothing opened until the first.
#[derive(Debug, Default)]
pub struct Aws {
    connection: OnceCell<Arc<Connection>>,
}

impl Aws {
    /// Trouble with the configuration is not kept: the next call looks again.
    async fn connection(&self) -> Result<Arc<Connection>, Error> {
        let connection = self.connection.get_or_try_init(async || Connection::open().await.map(Arc::new)).await?;
        Ok(Arc::clone(connection))
    }
}

impl Api for Aws {
    fn get_parameter<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Value, Error>> {
        async move { ssm::get_parameter(&*self.connection().await?, name).await }.boxed()
    }

    fn get_parameters<'a>(&'a self, names: &'a [String]) -> BoxFuture<'a, Result<Vec<Option<Value>>, Error>> {
        async move { ssm::get_parameters(&*self.connection().await?, names).await }.boxed()
    }

    fn no_such_parameters(&self, names: &[&str]) -> Error {
        let place =
            self.connection.get().map_or_else(|| "AWS".to_owned(), |connection| connection.place(connection::SSM));
        ssm::no_such_parameters(names, place)
    }

    fn get_secret_value<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Value, Error>> {
        async move { secrets_manager::get_secret_value(&*self.connection().await?, name).await }.boxed()
    }

    fn get_object<'a>(
        &'a self,
        uri: &'a S3Uri,
        if_none_match: Option<&'a str>,
    ) -> BoxFuture<'a, Result<GetObject, Error>> {
        async move { s3::get_object(&*self.connection().await?, uri, if_none_match).await }.boxed()
    }
}
