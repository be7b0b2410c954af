use std::fmt;

use futures_util::stream::BoxStream;

use super::checksum::Checksum;
use crate::Error;

/// Bytes as they arrive; an error where they could not be read on, or are not what their checksum says.
pub type Body = BoxStream<'static, Result<bytes::Bytes, Error>>;

/// The answer to `GetObject`.
pub enum GetObject {
    /// The object still has the `ETag` that was given.
    NotModified,
    /// The object, its body still to be read.
    Object(Head, Body),
}

/// What is said of an object ahead of its bytes.
#[derive(Debug)]
pub struct Head {
    /// The object's `ETag`.
    pub etag: Option<String>,
    /// The length that was announced.
    pub size_bytes: Option<u64>,
    /// Whether parts of it can be asked for.
    pub has_ranges: bool,
    /// What its bytes are checked against. Who reads the body to its end need not: the body does.
    pub checksum: Checksum,
}

impl fmt::Debug for GetObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotModified => f.write_str("NotModified"),
            Self::Object(head, _) => write!(f, "Object({head:?}, ..)"),
        }
    }
}
