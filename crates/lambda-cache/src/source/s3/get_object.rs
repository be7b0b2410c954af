use std::{fmt, ops::Range};

use futures_util::stream::BoxStream;

use super::{checksum::Checksum, version::Version};
use crate::Error;

/// The received bytes. The stream ends in an error if reading fails or the checksum does not match.
pub type Body = BoxStream<'static, Result<bytes::Bytes, Error>>;

/// An answer to `GetObject`.
pub enum GetObject {
    /// The object still has the requested version. Contains the version in the answer.
    NotModified(Version),
    /// The object, with its body still to be read.
    Object(Head, Body),
}

/// An answer to `GetObject` with a `Range`.
pub enum GetPart {
    /// The bytes, with their body still to be read.
    Part(PartHead, Body),
    /// A rejection that only a changed object can cause: it was deleted, it has another `ETag`, or it ends before the
    /// range.
    Refused,
}

/// The head of an answer to `GetObject`.
#[derive(Debug)]
pub struct Head {
    /// The version of the bytes.
    pub version: Version,
    /// The server's time of the answer, in seconds since 1970.
    pub answered_s: Option<i64>,
    /// The announced length.
    pub size_bytes: Option<u64>,
    /// Whether parts can be requested.
    pub ranges: Ranges,
    /// The checksum of all bytes. The body itself checks it when it is read to its end.
    pub checksum: Checksum,
}

/// The head of an answer to a `Range`.
#[derive(Debug)]
pub struct PartHead {
    /// The version of the bytes.
    pub version: Version,
    /// The byte range and the object's total length, or `None` if the answer has neither.
    pub content_range: Option<(Range<u64>, u64)>,
    /// The announced length of the body.
    pub size_bytes: Option<u64>,
}

/// The `Accept-Ranges` of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ranges {
    /// The server supports ranges.
    Offered,
    /// The server does not tell. Many support ranges nevertheless.
    Unsaid,
    /// The server does not support ranges.
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
