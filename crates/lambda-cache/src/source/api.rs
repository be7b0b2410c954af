//! The API calls that the sources make. AWS answers them (`aws`), or a test does (`testing`).

use futures_util::future::BoxFuture;

#[cfg(feature = "s3")]
use super::s3::GetObject;
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

    /// S3 `GetObject`, unless its `ETag` is `if_none_match`.
    #[cfg(feature = "s3")]
    fn get_object<'a>(
        &'a self,
        uri: &'a lambda_cache_names::s3::S3Uri,
        if_none_match: Option<&'a str>,
    ) -> BoxFuture<'a, Result<GetObject, Error>>;

    /// S3 `GetObject` of these bytes, of the object with this `ETag` and of no other. Asked only of who said that it has
    /// ranges.
    #[cfg(feature = "s3")]
    fn get_part<'a>(
        &'a self,
        uri: &'a lambda_cache_names::s3::S3Uri,
        etag: &'a str,
        bytes: std::ops::Range<u64>,
    ) -> BoxFuture<'a, Result<super::s3::Body, Error>>;

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
