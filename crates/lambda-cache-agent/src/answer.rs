use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header::CONTENT_TYPE};
use http_body_util::Full;
use lambda_cache::{Error, ErrorKind};
use serde::Serialize;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// An answer of a door.
#[derive(Debug)]
pub(crate) struct Answer(Response<Full<Bytes>>);

/// The body of an AWS error in the JSON protocol.
#[derive(Serialize)]
struct ErrorBody<'a> {
    #[serde(rename = "__type")]
    code: &'a str,
    message: &'a str,
}

impl Answer {
    pub(crate) fn new(status: StatusCode, content_type: HeaderValue, body: impl Into<Bytes>) -> Self {
        let mut response = Response::new(Full::new(body.into()));
        *response.status_mut() = status;
        response.headers_mut().insert(CONTENT_TYPE, content_type);
        Self(response)
    }

    /// Creates an answer of another server.
    pub(crate) fn from_response(response: Response<Bytes>) -> Self {
        Self(response.map(Full::new))
    }

    /// Creates an answer with plain text.
    pub(crate) fn text(status: StatusCode, text: impl Into<Bytes>) -> Self {
        Self::new(status, TEXT, text)
    }

    /// Creates a successful answer whose body is already JSON.
    pub(crate) fn encoded(json: Bytes) -> Self {
        Self::new(StatusCode::OK, JSON, json)
    }

    /// Creates an answer with a JSON document.
    pub(crate) fn json(status: StatusCode, document: &impl Serialize) -> Self {
        let body = serde_json::to_vec(document).unwrap_or_default(); // the documents have only keys of text
        Self::new(status, JSON, body)
    }

    /// Creates an error answer in the form of AWS's JSON protocol.
    pub(crate) fn refusal(status: StatusCode, code: &str, message: &str) -> Self {
        Self::json(status, &ErrorBody { code, message })
    }

    /// Creates the answer for an invalid parameter of a query.
    pub(crate) fn invalid(message: &str) -> Self {
        Self::refusal(StatusCode::BAD_REQUEST, "ValidationException", message)
    }

    /// Creates the answer for a failed lookup: AWS's status, code and message, or those for a failure without them.
    pub(crate) fn failure(error: &Error) -> Self {
        let (status, code, message) = described(error);
        Self::refusal(status, &code, &message)
    }

    /// Adds a header.
    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers_mut().insert(name, value);
        self
    }

    pub(crate) fn into_response(self) -> Response<Full<Bytes>> {
        self.0
    }
}

/// Returns the status, code and message of a failed lookup. They are AWS's if AWS answered.
pub(crate) fn described(error: &Error) -> (StatusCode, String, String) {
    if let Some(failure) = error.aws_failure() {
        let status = failure.status.and_then(|status| StatusCode::from_u16(status).ok());
        if let Some(status) = status.filter(|status| status.is_client_error() || status.is_server_error()) {
            if failure.code == status.as_str() {
                return (status, "ServiceUnavailable".to_owned(), error.to_string()); // a load balancer's page
            }
            return (status, failure.code.clone(), failure.message.clone());
        }
        let is_late = ["RequestTimeout", "ConnectTimeout"].contains(&&*failure.code);
        if error.kind() == ErrorKind::Unavailable {
            let status = if is_late { StatusCode::GATEWAY_TIMEOUT } else { StatusCode::BAD_GATEWAY };
            let code = if is_late { "TimeoutError" } else { "ConnectionError" };
            return (status, code.to_owned(), error.to_string());
        }
    }
    let (status, code) = match error.kind() {
        ErrorKind::InvalidArgument | ErrorKind::NoEntryName | ErrorKind::InvalidS3Uri | ErrorKind::InvalidValue => {
            (StatusCode::BAD_REQUEST, "ValidationException")
        }
        ErrorKind::NotFound | ErrorKind::NotSupplied => (StatusCode::BAD_REQUEST, "ResourceNotFoundException"),
        ErrorKind::AccessDenied => (StatusCode::BAD_REQUEST, "AccessDeniedException"),
        ErrorKind::Throttled => (StatusCode::BAD_REQUEST, "ThrottlingException"),
        ErrorKind::Unavailable => (StatusCode::GATEWAY_TIMEOUT, "TimeoutError"),
        _ => (StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure"),
    };
    (status, code.to_owned(), error.to_string())
}
