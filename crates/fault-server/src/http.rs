//! Requests, read from a connection.

use std::io;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};

const MOST_HEADERS: usize = 64;

/// A complete request.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path and the query, as received.
    pub(crate) target: String,
    /// The headers, with names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn path(&self) -> &str {
        self.target.split_once('?').map_or(&self.target, |(path, _)| path)
    }

    pub(crate) fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    pub(crate) fn wants_close(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

/// The bytes that were read from a connection and are not yet used.
#[derive(Debug, Default)]
pub(crate) struct Inbox(BytesMut);

impl Inbox {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads the available bytes. Returns `false` if the client sends no more.
    pub(crate) async fn fill(&mut self, stream: &mut (impl AsyncRead + Unpin)) -> io::Result<bool> {
        self.0.reserve(8_192);
        Ok(stream.read_buf(&mut self.0).await? > 0)
    }

    /// Returns the next complete request, or `None` if the client disconnects before.
    pub(crate) async fn next(&mut self, stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Request>> {
        loop {
            if let Some(request) = self.take()? {
                return Ok(Some(request));
            }
            if !self.fill(stream).await? {
                return Ok(None);
            }
        }
    }

    fn take(&mut self) -> io::Result<Option<Request>> {
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut head = httparse::Request::new(&mut headers);
        let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, error);
        let httparse::Status::Complete(head_bytes) = head.parse(&self.0).map_err(invalid)? else { return Ok(None) };
        let headers: Vec<_> = head
            .headers
            .iter()
            .map(|header| (header.name.to_lowercase(), String::from_utf8_lossy(header.value).into_owned()))
            .collect();
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let body_bytes: usize = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
        let (method, target) = (head.method.unwrap_or_default().to_owned(), head.path.unwrap_or_default().to_owned());
        if self.0.len() < head_bytes + body_bytes {
            return Ok(None);
        }
        let _ = self.0.split_to(head_bytes);
        let body = self.0.split_to(body_bytes).freeze();
        Ok(Some(Request { method, target, headers, body }))
    }
}

/// Decodes `%XX`.
pub(crate) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = tail.first_chunk().filter(|_| *first == b'%').and_then(|digits: &[u8; 2]| {
            let digits = std::str::from_utf8(digits).ok()?;
            u8::from_str_radix(digits, 16).ok()
        });
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn requests_are_read_one_by_one_from_any_fragments() {
        let bytes =
            b"POST /a?b=c HTTP/1.1\r\nContent-Length: 2\r\n\r\nhiGET /d HTTP/1.1\r\nConnection: close\r\n\r\nGET";
        let mut stream = tokio_test_pieces(bytes);
        let mut inbox = Inbox::default();
        let first = inbox.next(&mut stream).await.unwrap().unwrap();
        assert_eq!((first.path(), first.query(), &*first.body), ("/a", "b=c", &b"hi"[..]));
        let second = inbox.next(&mut stream).await.unwrap().unwrap();
        assert!(second.wants_close() && second.path() == "/d");
        assert!(inbox.next(&mut stream).await.unwrap().is_none());
    }

    /// Returns a reader that provides seven bytes at a time.
    fn tokio_test_pieces(bytes: &'static [u8]) -> impl AsyncRead + Unpin {
        let (reader, mut writer) = tokio::io::duplex(7);
        tokio::spawn(async move { tokio::io::AsyncWriteExt::write_all(&mut writer, bytes).await });
        reader
    }

    #[test]
    fn escapes_are_decoded_and_other_text_is_unchanged() {
        assert_eq!(percent_decoded("a%20b%2Fc%C3%A9%zz%"), "a b/cé%zz%");
    }
}
