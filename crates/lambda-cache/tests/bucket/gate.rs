//! An S3 whose answers for one object wait until the test lets them through.

use std::sync::Arc;

use futures_util::{FutureExt, future::BoxFuture};
use lambda_cache::{
    __binding::{
        backend::InMemoryBackend,
        source::{
            Api,
            s3::{GetObject, GetPart, Version},
        },
    },
    Error,
};
use lambda_cache_names::s3::S3Uri;
use tokio::sync::Notify;

use super::Bucket;

pub(crate) struct Gate {
    pub(crate) api: Arc<InMemoryBackend<Bucket>>,
    pub(crate) uri: String,
    /// Lets one answer through.
    pub(crate) let_through: Notify,
    /// Notifies that an answer is waiting.
    pub(crate) is_waiting: Notify,
}

impl Gate {
    pub(crate) fn new(bucket: &Bucket, uri: &str) -> Arc<Self> {
        let api = Arc::new(InMemoryBackend::new(bucket.clone()));
        Arc::new(Self { api, uri: uri.to_owned(), let_through: Notify::new(), is_waiting: Notify::new() })
    }
}

impl Api for Gate {
    #[cfg(feature = "ssm")]
    fn get_parameter<'a>(
        &'a self,
        name: &'a str,
        decrypt: bool,
    ) -> BoxFuture<'a, Result<lambda_cache::__binding::value::Item, Error>> {
        self.api.get_parameter(name, decrypt)
    }

    #[cfg(feature = "ssm")]
    fn get_parameters<'a>(
        &'a self,
        names: &'a [String],
        decrypt: bool,
    ) -> BoxFuture<'a, Result<Vec<Option<lambda_cache::__binding::value::Item>>, Error>> {
        self.api.get_parameters(names, decrypt)
    }

    #[cfg(feature = "ssm")]
    fn get_parameters_by_path<'a>(
        &'a self,
        path: &'a str,
        is_recursive: bool,
        decrypt: bool,
    ) -> BoxFuture<'a, Result<Vec<(String, lambda_cache::__binding::value::Item)>, Error>> {
        self.api.get_parameters_by_path(path, is_recursive, decrypt)
    }

    #[cfg(feature = "ssm")]
    fn no_such_parameters(&self, names: &[&str]) -> Error {
        self.api.no_such_parameters(names)
    }

    #[cfg(feature = "secrets-manager")]
    fn get_secret_value<'a>(
        &'a self,
        name: &'a str,
        version: &'a lambda_cache::__binding::source::secrets_manager::Version,
    ) -> BoxFuture<'a, Result<lambda_cache::__binding::value::Item, Error>> {
        self.api.get_secret_value(name, version)
    }

    #[cfg(feature = "secrets-manager")]
    fn next_rotation<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<std::time::SystemTime>, Error>> {
        self.api.next_rotation(name)
    }

    fn get_object<'a>(
        &'a self,
        uri: &'a S3Uri,
        unless: Option<&'a Version>,
    ) -> BoxFuture<'a, Result<GetObject, Error>> {
        async move {
            let answer = Api::get_object(&*self.api, uri, unless).await;
            if uri.to_string() == self.uri {
                self.is_waiting.notify_one();
                self.let_through.notified().await;
            }
            answer
        }
        .boxed()
    }

    fn get_part<'a>(
        &'a self,
        uri: &'a S3Uri,
        if_match: Option<&'a str>,
        bytes: std::ops::Range<u64>,
    ) -> BoxFuture<'a, Result<GetPart, Error>> {
        self.api.get_part(uri, if_match, bytes)
    }
}
