//! The API calls that the sources make. AWS answers them (`aws`), or a test does (`testing`).

use futures_util::future::BoxFuture;

#[cfg(feature = "s3")]
use super::s3::{GetObject, GetPart, Splitting, Version};
use crate::Error;

/// The calls, one method each.
pub trait Api: Send + Sync {
    /// SSM `GetParameter` with decryption.
    #[cfg(feature = "ssm")]
    fn get_parameter<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<crate::Value, Error>>;

    /// SSM `GetParameters` with decryption, at most ten names: a value for each name, `None` where there is none.
    #[cfg(feature = "ssm")]
    fn get_parameters<'a>(&'a self, names: &'a [String]) -> BoxFuture<'a, Result<Vec<Option<crate::Value>>, Error>>;

    /// SSM `GetParametersByPath` with decryption, as often as there are pages: names and values, in AWS's order. An error
    /// where there is nothing below the path.
    #[cfg(feature = "ssm")]
    fn get_parameters_by_path<'a>(
        &'a self,
        path: &'a str,
        is_recursive: bool,
    ) -> BoxFuture<'a, Result<Vec<(String, crate::Value)>, Error>>;

    /// The error for names that `get_parameters` found no value for.
    #[cfg(feature = "ssm")]
    fn no_such_parameters(&self, names: &[&str]) -> Error;

    /// Secrets Manager `GetSecretValue`.
    #[cfg(feature = "secrets-manager")]
    fn get_secret_value<'a>(
        &'a self,
        name: &'a str,
        version: &'a super::secrets_manager::Version,
    ) -> BoxFuture<'a, Result<crate::Value, Error>>;

    /// Secrets Manager `DescribeSecret`: the date by which the secret is to be rotated next, if it is.
    #[cfg(feature = "secrets-manager")]
    fn next_rotation<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<std::time::SystemTime>, Error>>;

    /// S3 `GetObject`, unless the object is still this version: `If-None-Match` with its `ETag`, or `If-Modified-Since`
    /// where it has none.
    #[cfg(feature = "s3")]
    fn get_object<'a>(
        &'a self,
        uri: &'a lambda_cache_names::s3::S3Uri,
        unless: Option<&'a Version>,
    ) -> BoxFuture<'a, Result<GetObject, Error>>;

    /// S3 `GetObject` of these bytes, once, without retries; `If-Match` with the `ETag`, if there is one. The caller
    /// compares what the answer says with what it asked for.
    #[cfg(feature = "s3")]
    fn get_part<'a>(
        &'a self,
        uri: &'a lambda_cache_names::s3::S3Uri,
        if_match: Option<&'a str>,
        bytes: std::ops::Range<u64>,
    ) -> BoxFuture<'a, Result<GetPart, Error>>;

    /// The sizes from which on objects are fetched in parts.
    #[cfg(feature = "s3")]
    fn splitting(&self) -> Splitting {
        Splitting::DEFAULT
    }

    /// What a test has in place of a custom entry's own fetch, if it has something.
    fn custom(&self, name: &str, fetched_by: &str) -> Option<Result<crate::Value, Error>> {
        let _ = (name, fetched_by);
        None
    }

    /// How long to wait for somebody else who is asking the same, as long as he gets nowhere.
    fn patience(&self) -> std::time::Duration {
        std::time::Duration::from_secs(10)
    }

    /// Gives up what connects to where the answers come from; the next call connects anew.
    fn disconnect(&self) {}
}
