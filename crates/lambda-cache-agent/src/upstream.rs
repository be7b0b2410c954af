//! The calls to AWS, of which only some are made at a time.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use aws_types::SdkConfig;
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

/// The source of values: AWS, or a file.
#[derive(Clone)]
pub(crate) enum Upstream {
    Aws(Arc<Aws>),
    Local(Arc<dyn Api>),
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if matches!(self, Self::Aws(_)) { "Aws" } else { "Local" })
    }
}

impl Upstream {
    pub(crate) fn new(settings: &Settings) -> Self {
        match (&settings.local, settings.aws_variables()) {
            (Some(path), _) => Self::Local(local_file(path)),
            (None, None) => Self::Aws(Arc::new(Aws::new(None, Order::Sdk))),
            (None, Some(variables)) => Self::Aws(Arc::new(Aws::with_variables(variables, Order::Sdk))),
        }
    }

    /// Returns the configuration of the calls, for other clients of the SDK.
    ///
    /// # Errors
    /// No Region, an invalid setting, or values that come from a file.
    pub(crate) fn sdk_config(&self) -> Result<SdkConfig, Error> {
        match self {
            Self::Aws(aws) => aws.sdk_config(),
            Self::Local(_) => {
                let message = "values come from a file, so AWS cannot be asked: leave out --local for this";
                Err(Error::new(ErrorKind::Configuration, message))
            }
        }
    }

    /// Returns the Region of calls, unless values come from a file.
    pub(crate) fn region(&self) -> Option<String> {
        match self {
            Self::Aws(aws) => aws.region(),
            Self::Local(_) => None,
        }
    }

    /// Returns the calls within the limits of the settings.
    pub(crate) fn limited(&self, settings: &Settings) -> Arc<dyn Api> {
        match self {
            Self::Aws(aws) => limit(Arc::clone(aws) as _, settings),
            Self::Local(api) => limit(Arc::clone(api), settings),
        }
    }
}

/// Returns the calls with `config`, within the limits of the settings.
pub(crate) fn limited_with(config: &SdkConfig, settings: &Settings) -> Arc<dyn Api> {
    limit(Arc::new(Aws::new(Some(config.clone()), Order::Sdk)), settings)
}

fn limit(api: Arc<dyn Api>, settings: &Settings) -> Arc<dyn Api> {
    Arc::new(Limited {
        api,
        ssm: Gate::new(&settings.ssm),
        secrets_manager: Gate::new(&settings.secrets_manager),
        s3: Gate::new(&settings.s3),
    })
}

/// The calls of `api`, of which each service has a number at a time. The others wait, until their callers leave.
struct Limited {
    api: Arc<dyn Api>,
    ssm: Gate,
    secrets_manager: Gate,
    s3: Gate,
}

/// The limits of one service.
struct Gate {
    requests: Semaphore,
    timeout: Option<Duration>,
}

impl Gate {
    fn new(settings: &ServiceSettings) -> Self {
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
        self.s3.pass(self.api.get_object(uri, unless)) // the body is read outside
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
