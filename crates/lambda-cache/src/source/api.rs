//! The API calls that the sources make. AWS answers them (`aws`), or a test does (`testing`).

use futures_util::future::BoxFuture;

use super::Request;
#[cfg(feature = "s3")]
use super::s3::{GetObject, GetPart, Splitting, Version};
use crate::{
    Error,
    engine::{Fetched, Freshness, Moment},
    value::Item,
};

/// The answer to a whole request, or `None` if its calls are to be made.
pub type Answering<'a> = BoxFuture<'a, Option<Result<Fetched<Item>, Error>>>;

/// The API calls, one method each.
pub trait Api: Send + Sync {
    /// Answers a whole request in place of its calls, for a caller whom `freshness` describes. Nothing does by default.
    fn answer<'a>(&'a self, request: &'a Request, freshness: Freshness<'a>) -> Option<Answering<'a>> {
        let _ = (request, freshness);
        None
    }

    /// Notes that entries were removed at this moment. A later answer must have been read after it.
    fn invalidated(&self, at: Moment) {
        let _ = at;
    }

    /// Returns a warning for the caller's log, once.
    fn take_warning(&self) -> Option<String> {
        None
    }

    /// Calls SSM `GetParameter`.
    #[cfg(feature = "ssm")]
    fn get_parameter<'a>(&'a self, name: &'a str, decrypt: bool) -> BoxFuture<'a, Result<Item, Error>>;

    /// Calls SSM `GetParameters` for at most ten names. Returns a value for each name, or `None` if it does not exist.
    #[cfg(feature = "ssm")]
    fn get_parameters<'a>(
        &'a self,
        names: &'a [String],
        decrypt: bool,
    ) -> BoxFuture<'a, Result<Vec<Option<Item>>, Error>>;

    /// Calls SSM `GetParametersByPath` for every page. Returns names and values in AWS's order, or an error if there is
    /// nothing below the path.
    #[cfg(feature = "ssm")]
    fn get_parameters_by_path<'a>(
        &'a self,
        path: &'a str,
        is_recursive: bool,
        decrypt: bool,
    ) -> BoxFuture<'a, Result<Vec<(String, Item)>, Error>>;

    /// Returns the error for names that `get_parameters` found no value for.
    #[cfg(feature = "ssm")]
    fn no_such_parameters(&self, names: &[&str]) -> Error;

    /// Calls Secrets Manager `GetSecretValue`.
    #[cfg(feature = "secrets-manager")]
    fn get_secret_value<'a>(
        &'a self,
        name: &'a str,
        version: &'a super::secrets_manager::Version,
    ) -> BoxFuture<'a, Result<Item, Error>>;

    /// Calls Secrets Manager `DescribeSecret`. Returns the date by which the secret will be rotated next, if it has
    /// one.
    #[cfg(feature = "secrets-manager")]
    fn next_rotation<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<std::time::SystemTime>, Error>>;

    /// Calls S3 `GetObject`, unless the object still has this version: with `If-None-Match` and its `ETag`, or with
    /// `If-Modified-Since` if it has none.
    #[cfg(feature = "s3")]
    fn get_object<'a>(
        &'a self,
        uri: &'a lambda_cache_names::s3::S3Uri,
        unless: Option<&'a Version>,
    ) -> BoxFuture<'a, Result<GetObject, Error>>;

    /// Calls S3 `GetObject` for this byte range, once and without retries, with `If-Match` if there is an `ETag`. The
    /// caller compares the answer's range with the requested one.
    #[cfg(feature = "s3")]
    fn get_part<'a>(
        &'a self,
        uri: &'a lambda_cache_names::s3::S3Uri,
        if_match: Option<&'a str>,
        bytes: std::ops::Range<u64>,
    ) -> BoxFuture<'a, Result<GetPart, Error>>;

    /// Returns the sizes from which on objects are fetched in parts.
    #[cfg(feature = "s3")]
    fn splitting(&self) -> Splitting {
        Splitting::DEFAULT
    }

    /// Returns the value that a test has set in place of a custom entry's fetch, if any.
    fn custom(&self, name: &str, fetched_by: &str) -> Option<Result<crate::Value, Error>> {
        let _ = (name, fetched_by);
        None
    }

    /// Returns the time to wait for another process that is downloading the same file but making no progress.
    fn patience(&self) -> std::time::Duration {
        std::time::Duration::from_secs(10)
    }

    /// Closes the connections. The next call connects again.
    fn disconnect(&self) {}
}
