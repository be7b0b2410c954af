use std::{fmt, ops::Range};

use futures_util::stream::BoxStream;

use super::{checksum::Checksum, version::Version};
use crate::Error;

/// Bytes as they arrive; an error where they could not be read on, or are not what their checksum says.
pub type Body = BoxStream<'static, Result<bytes::Bytes, Error>>;

/// An answer to `GetObject`.
pub enum GetObject {
    /// The object has not changed since the version that the request named. Holds the version that the answer names.
    NotModified(Version),
    /// The object, its body still to be read.
    Object(Head, Body),
}

/// An answer to `GetObject` with a `Range`.
pub enum GetPart {
    /// Bytes, their body still to be read.
    Part(PartHead, Body),
    /// A refusal that only another object can be the reason for: it is gone, it has another `ETag`, or it ends before
    /// the range.
    Refused,
}

/// The part of an answer to `GetObject` that comes ahead of the bytes.
#[derive(Debug)]
pub struct Head {
    /// The version that the bytes are of.
    pub version: Version,
    /// The server's clock when it answered, in seconds since 1970.
    pub answered_s: Option<i64>,
    /// The length that was announced.
    pub size_bytes: Option<u64>,
    /// Whether parts of it can be asked for.
    pub ranges: Ranges,
    /// The checksum of all bytes. A reader that reads the body to its end need not check it: the body does.
    pub checksum: Checksum,
}

/// The part of an answer to a `Range` that comes ahead of the bytes.
#[derive(Debug)]
pub struct PartHead {
    /// The version that the bytes are of.
    pub version: Version,
    /// The bytes that they are, and how many the whole object has; none where the answer says neither.
    pub content_range: Option<(Range<u64>, u64)>,
    /// The length of the body that was announced.
    pub size_bytes: Option<u64>,
}

/// An answer's `Accept-Ranges`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ranges {
    /// The server says that it has ranges.
    Offered,
    /// The server does not say; many have them all the same.
    Unsaid,
    /// The server says that it has none.
    Refused,
}

impl fmt::Debug for GetObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotModified(version) => write!(f, "NotModified({version:?})"),
            Self::Object(head, _) => write!(f, "Object({head:?}, ..)"),
        }
    }
}

impl fmt::Debug for GetPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Part(head, _) => write!(f, "Part({head:?}, ..)"),
            Self::Refused => f.write_str("Refused"),
        }
    }
}
