//! The AWS client of an environment, which its cache uses instead of AWS.

use std::{
    ops::Range,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::SystemTime,
};

use futures_util::{FutureExt, future, future::BoxFuture};
use lambda_cache::{
    __binding::{
        source::{
            Api,
            s3::{self, GetObject, GetPart},
            secrets_manager::Version,
        },
        value::Item,
    },
    Error, ErrorKind, Value,
};
use lambda_cache_names::s3::S3Uri;

use crate::{Stage, account::Account, retry::Quota, timeline::Timeline};

/// A client with retries.
#[derive(Debug)]
pub struct Client {
    account: Arc<Account>,
    time: Arc<Timeline>,
    quota: Mutex<Quota>,
    has_values: AtomicBool,
}

impl Client {
    /// Creates a client of this account.
    #[must_use]
    pub fn new(account: Arc<Account>, time: Arc<Timeline>) -> Self {
        Self { account, time, quota: Mutex::default(), has_values: AtomicBool::new(false) }
    }

    /// Returns whether the environment has had all values before.
    #[must_use]
    pub fn stage(&self) -> Stage {
        if self.has_values.load(Ordering::Relaxed) { Stage::Later } else { Stage::First }
    }

    /// Records that the environment has had all values.
    pub fn has_values(&self) {
        self.has_values.store(true, Ordering::Relaxed);
    }

    async fn call(&self) -> Result<(), Error> {
        let mut failures = 0;
        while !self.account.answers(&self.time, self.stage()).await {
            failures += 1;
            let Some(pause_ms) = self.pause_ms(failures) else {
                return Err(Error::new(ErrorKind::Throttled, "ThrottlingException: Rate exceeded"));
            };
            self.time.wait(pause_ms).await;
        }
        self.quota.lock().unwrap_or_else(PoisonError::into_inner).succeeded(failures);
        Ok(())
    }

    fn pause_ms(&self, failures: u32) -> Option<u64> {
        let mut quota = self.quota.lock().unwrap_or_else(PoisonError::into_inner);
        quota.pause_ms(failures, &mut self.account.shared().random)
    }
}

fn value() -> Value {
    Value::Text("value".into())
}

/// Returns an error, because no environment of a fleet makes any other call.
fn not_asked<T: Send + 'static>() -> BoxFuture<'static, Result<T, Error>> {
    future::ready(Err(Error::new(ErrorKind::NotSupplied, "a fleet reads parameters by name alone"))).boxed()
}

impl Api for Client {
    fn get_parameter<'a>(&'a self, _: &'a str, _: bool) -> BoxFuture<'a, Result<Item, Error>> {
        async { self.call().await.map(|()| value().into()) }.boxed()
    }

    fn get_parameters<'a>(&'a self, names: &'a [String], _: bool) -> BoxFuture<'a, Result<Vec<Option<Item>>, Error>> {
        async { self.call().await.map(|()| names.iter().map(|_| Some(value().into())).collect()) }.boxed()
    }

    fn get_parameters_by_path<'a>(
        &'a self,
        _: &'a str,
        _: bool,
        _: bool,
    ) -> BoxFuture<'a, Result<Vec<(String, Item)>, Error>> {
        not_asked()
    }

    fn no_such_parameters(&self, _: &[&str]) -> Error {
        Error::new(ErrorKind::NotFound, "a fleet's parameters all exist")
    }

    fn get_secret_value<'a>(&'a self, _: &'a str, _: &'a Version) -> BoxFuture<'a, Result<Item, Error>> {
        not_asked()
    }

    fn next_rotation<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Option<SystemTime>, Error>> {
        not_asked()
    }

    fn get_object<'a>(&'a self, _: &'a S3Uri, _: Option<&'a s3::Version>) -> BoxFuture<'a, Result<GetObject, Error>> {
        not_asked()
    }

    fn get_part<'a>(
        &'a self,
        _: &'a S3Uri,
        _: Option<&'a str>,
        _: Range<u64>,
    ) -> BoxFuture<'a, Result<GetPart, Error>> {
        not_asked()
    }
}
