use aws_smithy_types::{DateTime, date_time::Format};
use serde_json::Value;

use crate::{call::Service, clock, content::Content};

/// An answer without faults. Faults are applied when it is sent.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The body that the head describes.
    pub(crate) body: Content,
    /// Whether this is an answer to HEAD, which is sent without the body.
    pub(crate) head_only: bool,
}

impl Answer {
    pub(crate) fn json(status: u16, document: &Value) -> Self {
        Self::new(status, "application/x-amz-json-1.1", Content::Whole(document.to_string().into()))
    }

    pub(crate) fn new(status: u16, content_type: &str, body: Content) -> Self {
        Self { status, headers: vec![("Content-Type", content_type.to_owned())], body, head_only: false }
    }

    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Adds the request id of the service.
    #[must_use]
    pub(crate) fn from(self, service: Service, request_number: u64) -> Self {
        let id = format!("00000000-0000-0000-0000-{request_number:012}");
        let name = if service == Service::S3 { "x-amz-request-id" } else { "x-amzn-RequestId" };
        self.with(name, id)
    }

    /// Returns the body to send after the head.
    pub(crate) fn sent_body(&self) -> Content {
        if self.head_only { Content::of_size(0) } else { self.body.clone() }
    }

    /// Returns the status line and the headers. `with_length` is false if the end of the connection ends the body.
    pub(crate) fn head(&self, with_length: bool) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        let mut header = |name: &str, value: &str| {
            head.push_str(name);
            head.push_str(": ");
            head.push_str(value);
            head.push_str("\r\n");
        };
        for (name, value) in &self.headers {
            header(name, value);
        }
        header("Date", &DateTime::from(clock::now()).fmt(Format::HttpDate).unwrap_or_default());
        if !with_length {
            header("Connection", "close");
        } else if self.status != 304 {
            header("Content-Length", &self.body.len().to_string());
        }
        head.push_str("\r\n");
        head.into_bytes()
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        304 => "Not Modified",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        412 => "Precondition Failed",
        416 => "Range Not Satisfiable",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "",
    }
}
