//! The calls to AWS, of which only some are made at a time.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use futures_util::{FutureExt, future::BoxFuture};
use lambda_cache::{
    __binding::{
        aws::{Aws, Order},
        backend::local_file,
        source::{
            Api,
            s3::{GetObject, GetPart, Splitting, Version as ObjectVersion},
            secrets_manager::Version,
        },
        value::Item,
    },
    Error, ErrorKind,
};
use lambda_cache_names::s3::S3Uri;
use tokio::{sync::Semaphore, time::timeout};

use crate::settings::{ServiceSettings, Settings};

/// Returns the calls to AWS within the settings' limits.
pub(crate) fn limited(settings: &Settings) -> Arc<dyn Api> {
    let api: Arc<dyn Api> = match &settings.local {
        Some(path) => local_file(path),
        None => Arc::new(Aws::new(None, Order::Sdk)),
    };
    Arc::new(Limited { api, ssm: Gate::new(settings.ssm), secrets_manager: Gate::new(settings.secrets_manager) })
}

/// The calls of `api`, of which each service has a number at a time. The others wait, until their callers leave.
struct Limited {
    api: Arc<dyn Api>,
    ssm: Gate,
    secrets_manager: Gate,
}

/// The limits of one service.
struct Gate {
    requests: Semaphore,
    timeout: Option<Duration>,
}

impl Gate {
    fn new(settings: ServiceSettings) -> Self {
        Self { requests: Semaphore::new(settings.requests.min(Semaphore::MAX_PERMITS)), timeout: settings.timeout }
    }

    fn pass<'a, T: Send + 'a>(&'a self, call: BoxFuture<'a, Result<T, Error>>) -> BoxFuture<'a, Result<T, Error>> {
        async move {
            let limited = async {
                let _permit = self.requests.acquire().await; // it is never closed
                call.await
            };
            let Some(limit) = self.timeout else { return limited.await };
            timeout(limit, limited).await.unwrap_or_else(|_| {
                let message = format!("no answer within {} ms, as the settings have it", limit.as_millis());
                Err(Error::new(ErrorKind::Unavailable, message))
            })
        }
        .boxed()
    }
}

impl Api for Limited {
    fn get_parameter<'a>(&'a self, name: &'a str, decrypt: bool) -> BoxFuture<'a, Result<Item, Error>> {
        self.ssm.pass(self.api.get_parameter(name, decrypt))
    }

    fn get_parameters<'a>(
        &'a self,
        names: &'a [String],
        decrypt: bool,
    ) -> BoxFuture<'a, Result<Vec<Option<Item>>, Error>> {
        self.ssm.pass(self.api.get_parameters(names, decrypt))
    }

    fn get_parameters_by_path<'a>(
        &'a self,
        path: &'a str,
        is_recursive: bool,
        decrypt: bool,
    ) -> BoxFuture<'a, Result<Vec<(String, Item)>, Error>> {
        self.ssm.pass(self.api.get_parameters_by_path(path, is_recursive, decrypt))
    }

    fn no_such_parameters(&self, names: &[&str]) -> Error {
        self.api.no_such_parameters(names)
    }

    fn get_secret_value<'a>(&'a self, name: &'a str, version: &'a Version) -> BoxFuture<'a, Result<Item, Error>> {
        self.secrets_manager.pass(self.api.get_secret_value(name, version))
    }

    fn next_rotation<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<SystemTime>, Error>> {
        self.secrets_manager.pass(self.api.next_rotation(name))
    }

    fn get_object<'a>(
        &'a self,
        uri: &'a S3Uri,
        unless: Option<&'a ObjectVersion>,
    ) -> BoxFuture<'a, Result<GetObject, Error>> {
        self.api.get_object(uri, unless)
    }

    fn get_part<'a>(
        &'a self,
        uri: &'a S3Uri,
        if_match: Option<&'a str>,
        bytes: std::ops::Range<u64>,
    ) -> BoxFuture<'a, Result<GetPart, Error>> {
        self.api.get_part(uri, if_match, bytes)
    }

    fn splitting(&self) -> Splitting {
        self.api.splitting()
    }

    fn patience(&self) -> Duration {
        self.api.patience()
    }

    fn disconnect(&self) {
        self.api.disconnect();
    }
}
