//! Values without AWS, for tests: the same sources and the same cache, answered from what a test supplies.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, future, future::BoxFuture, stream};
use lambda_cache_names::s3::S3Uri;

use crate::{
    Error, ErrorKind, Value,
    digest::sha256_hex,
    source::{Api, GetObject},
};

/// What a test supplies. Asked anew at every call, so a value that the test changes is a value that changed in AWS.
pub trait Supply: Send + Sync {
    /// A parameter's value.
    ///
    /// # Errors
    /// Whatever keeps the test from saying.
    fn parameter(&self, name: &str) -> Result<Option<Value>, Error>;

    /// A secret's value.
    ///
    /// # Errors
    /// Whatever keeps the test from saying.
    fn secret(&self, name: &str) -> Result<Option<Value>, Error>;

    /// An object's content.
    ///
    /// # Errors
    /// Whatever keeps the test from saying.
    fn object(&self, uri: &str) -> Result<Option<Bytes>, Error>;
}

/// The calls, answered from a test's supply.
pub struct Supplied<S> {
    supply: S,
    calls: Mutex<Vec<String>>,
}

impl<S> fmt::Debug for Supplied<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Supplied(..)")
    }
}

impl<S: Supply> Supplied<S> {
    /// Answers from `supply`.
    pub fn new(supply: S) -> Self {
        Self { supply, calls: Mutex::default() }
    }

    /// The calls that AWS would have got, in order, such as `GetParameter /app/var`.
    pub fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, operation: &str, of: &str) {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{operation} {of}"));
    }

    fn get_object(&self, uri: &S3Uri, if_none_match: Option<&str>) -> Result<GetObject, Error> {
        let uri = uri.to_string();
        self.note("GetObject", &uri);
        let content = self.supply.object(&uri)?.ok_or_else(|| not_supplied("s3", &[&uri]))?;
        let etag = sha256_hex(&content);
        if if_none_match == Some(&etag) {
            return Ok(GetObject::NotModified);
        }
        let size_bytes = Some(content.len() as u64);
        Ok(GetObject::Object { etag: Some(etag), size_bytes, body: stream::iter([Ok(content)]).boxed() })
    }
}

fn not_supplied(argument: &str, names: &[&str]) -> Error {
    let entries: Vec<_> = names.iter().map(|name| format!("{name:?}: ...")).collect();
    let message =
        format!("the test supplies no value for {}: add {argument}={{{}}}", names.join(", "), entries.join(", "));
    Error::new(ErrorKind::NotSupplied, message)
}

impl<S: Supply> Api for Supplied<S> {
    fn get_parameter<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Value, Error>> {
        self.note("GetParameter", name);
        let value = self.supply.parameter(name).and_then(|value| value.ok_or_else(|| not_supplied("ssm", &[name])));
        future::ready(value).boxed()
    }

    fn get_parameters<'a>(&'a self, names: &'a [String]) -> BoxFuture<'a, Result<Vec<Option<Value>>, Error>> {
        self.note("GetParameters", &names.join(", "));
        future::ready(names.iter().map(|name| self.supply.parameter(name)).collect()).boxed()
    }

    fn no_such_parameters(&self, names: &[&str]) -> Error {
        not_supplied("ssm", names)
    }

    fn get_secret_value<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Value, Error>> {
        self.note("GetSecretValue", name);
        let value = self.supply.secret(name).and_then(|value| value.ok_or_else(|| not_supplied("secrets", &[name])));
        future::ready(value).boxed()
    }

    fn get_object<'a>(
        &'a self,
        uri: &'a S3Uri,
        if_none_match: Option<&'a str>,
    ) -> BoxFuture<'a, Result<GetObject, Error>> {
        future::ready(Supplied::get_object(self, uri, if_none_match)).boxed()
    }
}
