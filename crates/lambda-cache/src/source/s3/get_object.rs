use std::fmt;

use futures_util::stream::BoxStream;

use crate::Error;

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
