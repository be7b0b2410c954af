//! The API calls that the sources make. AWS answers them (`aws`), or a test does (`testing`).

use std::fmt;

use futures_util::{future::BoxFuture, stream::BoxStream};
use lambda_cache_names::s3::S3Uri;

use crate::{Error, Value};

/// The calls, one method each.
pub trait Api: Send + Sync {
    /// SSM `GetParameter` with decryption.
    fn get_parameter<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Value, Error>>;

    /// SSM `GetParameters` with decryption, at most ten names: a value for each name, `None` where there is none.
    fn get_parameters<'a>(&'a self, names: &'a [String]) -> BoxFuture<'a, Result<Vec<Option<Value>>, Error>>;

    /// The error for names that `get_parameters` found no value for.
    fn no_such_parameters(&self, names: &[&str]) -> Error;

    /// Secrets Manager `GetSecretValue`.
    fn get_secret_value<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Value, Error>>;

    /// S3 `GetObject`, unless its `ETag` is `if_none_match`.
    fn get_object<'a>(
        &'a self,
        uri: &'a S3Uri,
        if_none_match: Option<&'a str>,
    ) -> BoxFuture<'a, Result<GetObject, Error>>;
}

/// The answer to `GetObject`.
pub enum GetObject {
    /// The object still has the `ETag` that was given.
    NotModified,
    /// The object, its body still to be read.
    Object {
        /// The object's `ETag`.
        etag: Option<String>,
        /// The length that was announced.
        size_bytes: Option<u64>,
        /// The content; an error where it could not be read on, or its checksum is wrong.
        body: BoxStream<'static, Result<bytes::Bytes, Error>>,
    },
}

impl fmt::Debug for GetObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotModified => f.write_str("NotModified"),
            Self::Object { etag, size_bytes, .. } => write!(f, "Object {{ {etag:?}, {size_bytes:?} bytes, .. }}"),
        }
    }
}
