use bytes::Bytes;
use http::{HeaderMap, Method, Uri, header::AsHeaderName, request::Parts};

use crate::query::Query;

/// A request as the doors get it: read to its end, and within the limits of the server.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// The path and the query as they came, not decoded.
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Request {
    pub(crate) fn new(parts: Parts, body: Bytes) -> Self {
        Self { method: parts.method, uri: parts.uri, headers: parts.headers, body }
    }

    /// Returns the path, not decoded.
    pub(crate) fn path(&self) -> &str {
        self.uri.path()
    }

    /// Returns the decoded query.
    pub(crate) fn query(&self) -> Query {
        Query::parse(self.uri.query().unwrap_or_default())
    }

    /// Returns a header as text. Another encoding than ASCII counts as absent.
    pub(crate) fn header(&self, name: impl AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
