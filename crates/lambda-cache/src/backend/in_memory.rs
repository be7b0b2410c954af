//! An implementation of the API calls with supplied values: the same sources and cache, without AWS.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use futures_util::{FutureExt, future, future::BoxFuture};

#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
use super::described;
#[cfg(feature = "s3")]
use crate::source::s3::{Checksum, GetObject, GetPart, Head, Ranges, Version};
#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
use crate::value::Item;
use crate::{Error, ErrorKind, source::Api};

/// The values of a test. They are read at every call, so changing one has the effect of a change in AWS.
pub trait ValueSource: Send + Sync {
    /// Returns a parameter's value.
    ///
    /// # Errors
    /// The failure that the test simulates.
    #[cfg(feature = "ssm")]
    fn parameter(&self, name: &str) -> Result<Option<crate::Value>, Error>;

    /// Returns the names of all parameters, for queries by path. There are none by default.
    ///
    /// # Errors
    /// The failure that the test simulates.
    #[cfg(feature = "ssm")]
    fn parameter_names(&self) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }

    /// Returns a secret's value. The name of a version is `name:AWSPREVIOUS`, or `name:` and an id.
    ///
    /// # Errors
    /// The failure that the test simulates.
    #[cfg(feature = "secrets-manager")]
    fn secret(&self, name: &str) -> Result<Option<crate::Value>, Error>;

    /// Returns the date of a secret's next rotation. There is none by default.
    ///
    /// # Errors
    /// The failure that the test simulates.
    #[cfg(feature = "secrets-manager")]
    fn next_rotation(&self, name: &str) -> Result<Option<std::time::SystemTime>, Error> {
        let _ = name;
        Ok(None)
    }

    /// Returns an object's content.
    ///
    /// # Errors
    /// The failure that the test simulates.
    #[cfg(feature = "s3")]
    fn object(&self, uri: &str) -> Result<Option<bytes::Bytes>, Error>;

    /// Returns the value of a custom entry, which replaces its fetch, or `None` to fetch it.
    ///
    /// # Errors
    /// The failure that the test simulates.
    fn custom(&self, name: &str, fetched_by: &str) -> Result<Option<crate::Value>, Error> {
        let _ = (name, fetched_by);
        Ok(None)
    }

    /// Returns the supplier of values and a verb, with which the error for a missing value begins.
    fn owner(&self) -> String {
        "the test supplies".to_owned()
    }

    /// Returns advice on how to set values for `names`, which `source` (`ssm`, `secrets_manager` or `s3`) does not
    /// have.
    fn advice(&self, source: &str, names: &[&str]) -> String;
}

/// An implementation of [`Api`] with the values of a test.
pub struct InMemoryBackend<S> {
    supply: S,
    calls: Mutex<Vec<String>>,
}

impl<S> fmt::Debug for InMemoryBackend<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InMemoryBackend(..)")
    }
}

impl<S: ValueSource> InMemoryBackend<S> {
    /// Creates it with these values.
    pub fn new(supply: S) -> Self {
        Self { supply, calls: Mutex::default() }
    }

    /// Returns the values.
    pub fn supply(&self) -> &S {
        &self.supply
    }

    /// Returns the calls that would have been made to AWS, in order, such as `GetParameter /app/var`.
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
        let version = Version { etag: Some(crate::source::s3::digest::sha256_hex(&content)), last_modified_s: None };
        if unless == Some(&version) {
            return Ok(GetObject::NotModified(version));
        }
        let size_bytes = Some(content.len() as u64);
        let head = Head { version, answered_s: None, size_bytes, ranges: Ranges::Refused, checksum: Checksum::None };
        Ok(GetObject::Object(head, stream::iter([Ok(content)]).boxed()))
    }

    #[cfg(feature = "ssm")]
    fn below(&self, path: &str, is_recursive: bool) -> Result<Vec<(String, Item)>, Error> {
        self.note("GetParametersByPath", path);
        let is_below = |name: &String| {
            lambda_cache_names::parameter::below(path, name).is_some_and(|rest| is_recursive || !rest.contains('/'))
        };
        let mut found = Vec::new();
        for name in self.supply.parameter_names()?.into_iter().filter(is_below) {
            if let Some(value) = self.supply.parameter(&name)? {
                let item = described::parameter(&name, value);
                found.push((name, item));
            }
        }
        if found.is_empty() {
            return Err(self.not_supplied("ssm", &[&format!("{}/name", path.trim_end_matches('/'))]));
        }
        Ok(found)
    }

    fn not_supplied(&self, source: &str, names: &[&str]) -> Error {
        let message = format!(
            "{} no value for {}: {advice}",
            self.supply.owner(),
            names.join(", "),
            advice = self.supply.advice(source, names)
        );
        Error::new(ErrorKind::NotSupplied, message)
    }
}

impl<S: ValueSource> Api for InMemoryBackend<S> {
    #[cfg(feature = "ssm")]
    fn get_parameter<'a>(&'a self, name: &'a str, _: bool) -> BoxFuture<'a, Result<Item, Error>> {
        self.note("GetParameter", name);
        let value = self.supply.parameter(name);
        let value = value.and_then(|value| value.ok_or_else(|| self.not_supplied("ssm", &[name])));
        future::ready(value.map(|value| described::parameter(name, value))).boxed()
    }

    #[cfg(feature = "ssm")]
    fn get_parameters<'a>(&'a self, names: &'a [String], _: bool) -> BoxFuture<'a, Result<Vec<Option<Item>>, Error>> {
        self.note("GetParameters", &names.join(", "));
        let item = |name: &String| Ok(self.supply.parameter(name)?.map(|value| described::parameter(name, value)));
        future::ready(names.iter().map(item).collect()).boxed()
    }

    #[cfg(feature = "ssm")]
    fn get_parameters_by_path<'a>(
        &'a self,
        path: &'a str,
        is_recursive: bool,
        _: bool,
    ) -> BoxFuture<'a, Result<Vec<(String, Item)>, Error>> {
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
    ) -> BoxFuture<'a, Result<Item, Error>> {
        let metadata = Some(described::secret(name, version));
        // A secret's name cannot contain a colon.
        let version = version.id.as_ref().or(version.stage.as_ref());
        let name = version.map_or_else(|| name.to_owned(), |version| format!("{name}:{version}"));
        self.note("GetSecretValue", &name);
        let value = self.supply.secret(&name);
        let value = value.and_then(|value| value.ok_or_else(|| self.not_supplied("secrets_manager", &[&name])));
        future::ready(value.map(|value| Item { value, metadata })).boxed()
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
        future::ready(InMemoryBackend::get_object(self, uri, unless)).boxed()
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
