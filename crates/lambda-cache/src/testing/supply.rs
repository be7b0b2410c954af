//! The calls, answered from what a test supplies: the same sources and the same cache, without AWS.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use futures_util::{FutureExt, future, future::BoxFuture};

#[cfg(feature = "s3")]
use crate::source::s3::{Checksum, GetObject, GetPart, Head, Ranges, Version};
use crate::{Error, ErrorKind, source::Api};

/// What a test supplies. Asked anew at every call, so a value that the test changes is a value that changed in AWS.
pub trait Supply: Send + Sync {
    /// A parameter's value.
    ///
    /// # Errors
    /// Whatever keeps the test from saying.
    #[cfg(feature = "ssm")]
    fn parameter(&self, name: &str) -> Result<Option<crate::Value>, Error>;

    /// The names of all parameters, for who asks by path. None unless a test says so.
    ///
    /// # Errors
    /// Whatever keeps the test from saying.
    #[cfg(feature = "ssm")]
    fn parameter_names(&self) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }

    /// A secret's value; `name:AWSPREVIOUS` or `name:` and an id is that version's.
    ///
    /// # Errors
    /// Whatever keeps the test from saying.
    #[cfg(feature = "secrets-manager")]
    fn secret(&self, name: &str) -> Result<Option<crate::Value>, Error>;

    /// When a secret is to be rotated next. Never unless a test says so.
    ///
    /// # Errors
    /// Whatever keeps the test from saying.
    #[cfg(feature = "secrets-manager")]
    fn next_rotation(&self, name: &str) -> Result<Option<std::time::SystemTime>, Error> {
        let _ = name;
        Ok(None)
    }

    /// An object's content.
    ///
    /// # Errors
    /// Whatever keeps the test from saying.
    #[cfg(feature = "s3")]
    fn object(&self, uri: &str) -> Result<Option<bytes::Bytes>, Error>;

    /// What takes the place of a custom entry's own fetch, if anything does.
    ///
    /// # Errors
    /// The failure that a test wants.
    fn custom(&self, name: &str, fetched_by: &str) -> Result<Option<crate::Value>, Error> {
        let _ = (name, fetched_by);
        Ok(None)
    }

    /// What to write to supply `names`, which were asked of `source` (`ssm`, `secrets_manager` or `s3`) in vain.
    fn advice(&self, source: &str, names: &[&str]) -> String;
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

    /// What answers.
    pub fn supply(&self) -> &S {
        &self.supply
    }

    /// The calls that AWS would have got, in order, such as `GetParameter /app/var`.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, operation: &str, of: &str) {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{operation} {of}"));
    }

    #[cfg(feature = "s3")]
    fn get_object(&self, uri: &lambda_cache_names::s3::S3Uri, unless: Option<&Version>) -> Result<GetObject, Error> {
        use futures_util::{StreamExt, stream};

        self.note("GetObject", &uri.to_string());
        let uri = uri.unversioned(); // a test supplies one value for all versions, as of a secret
        let content = self.supply.object(&uri)?.ok_or_else(|| self.not_supplied("s3", &[&uri]))?;
        let version = Version { etag: Some(crate::digest::sha256_hex(&content)), last_modified_s: None };
        if unless == Some(&version) {
            return Ok(GetObject::NotModified(version));
        }
        let size_bytes = Some(content.len() as u64);
        let head = Head { version, answered_s: None, size_bytes, ranges: Ranges::Refused, checksum: Checksum::None };
        Ok(GetObject::Object(head, stream::iter([Ok(content)]).boxed()))
    }

    #[cfg(feature = "ssm")]
    fn below(&self, path: &str, is_recursive: bool) -> Result<Vec<(String, crate::Value)>, Error> {
        self.note("GetParametersByPath", path);
        let is_below = |name: &String| {
            lambda_cache_names::parameter::below(path, name).is_some_and(|rest| is_recursive || !rest.contains('/'))
        };
        let mut found = Vec::new();
        for name in self.supply.parameter_names()?.into_iter().filter(is_below) {
            if let Some(value) = self.supply.parameter(&name)? {
                found.push((name, value));
            }
        }
        if found.is_empty() {
            return Err(self.not_supplied("ssm", &[&format!("{}/name", path.trim_end_matches('/'))]));
        }
        Ok(found)
    }

    fn not_supplied(&self, source: &str, names: &[&str]) -> Error {
        let advice = self.supply.advice(source, names);
        let message = format!("the test supplies no value for {}: {advice}", names.join(", "));
        Error::new(ErrorKind::NotSupplied, message)
    }
}

impl<S: Supply> Api for Supplied<S> {
    #[cfg(feature = "ssm")]
    fn get_parameter<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<crate::Value, Error>> {
        self.note("GetParameter", name);
        let value = self.supply.parameter(name);
        let value = value.and_then(|value| value.ok_or_else(|| self.not_supplied("ssm", &[name])));
        future::ready(value).boxed()
    }

    #[cfg(feature = "ssm")]
    fn get_parameters<'a>(&'a self, names: &'a [String]) -> BoxFuture<'a, Result<Vec<Option<crate::Value>>, Error>> {
        self.note("GetParameters", &names.join(", "));
        future::ready(names.iter().map(|name| self.supply.parameter(name)).collect()).boxed()
    }

    #[cfg(feature = "ssm")]
    fn get_parameters_by_path<'a>(
        &'a self,
        path: &'a str,
        is_recursive: bool,
    ) -> BoxFuture<'a, Result<Vec<(String, crate::Value)>, Error>> {
        future::ready(self.below(path, is_recursive)).boxed()
    }

    #[cfg(feature = "ssm")]
    fn no_such_parameters(&self, names: &[&str]) -> Error {
        self.not_supplied("ssm", names)
    }

    #[cfg(feature = "secrets-manager")]
    fn get_secret_value<'a>(
        &'a self,
        name: &'a str,
        version: &'a crate::source::secrets_manager::Version,
    ) -> BoxFuture<'a, Result<crate::Value, Error>> {
        // A colon is in no secret's name.
        let version = version.id.as_ref().or(version.stage.as_ref());
        let name = version.map_or_else(|| name.to_owned(), |version| format!("{name}:{version}"));
        self.note("GetSecretValue", &name);
        let value = self.supply.secret(&name);
        let value = value.and_then(|value| value.ok_or_else(|| self.not_supplied("secrets_manager", &[&name])));
        future::ready(value).boxed()
    }

    #[cfg(feature = "secrets-manager")]
    fn next_rotation<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<std::time::SystemTime>, Error>> {
        self.note("DescribeSecret", name);
        future::ready(self.supply.next_rotation(name)).boxed()
    }

    fn custom(&self, name: &str, fetched_by: &str) -> Option<Result<crate::Value, Error>> {
        self.note("custom", name);
        self.supply.custom(name, fetched_by).transpose()
    }

    #[cfg(feature = "s3")]
    fn get_object<'a>(
        &'a self,
        uri: &'a lambda_cache_names::s3::S3Uri,
        unless: Option<&'a Version>,
    ) -> BoxFuture<'a, Result<GetObject, Error>> {
        future::ready(Supplied::get_object(self, uri, unless)).boxed()
    }

    #[cfg(feature = "s3")]
    fn get_part<'a>(
        &'a self,
        uri: &'a lambda_cache_names::s3::S3Uri,
        _: Option<&'a str>,
        _: std::ops::Range<u64>,
    ) -> BoxFuture<'a, Result<GetPart, Error>> {
        future::ready(Err(self.not_supplied("s3", &[&uri.to_string()]))).boxed()
    }
}
