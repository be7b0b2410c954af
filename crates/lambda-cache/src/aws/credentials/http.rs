//! The plain HTTP client for the credential endpoints of containers and instances, and for the agent.

use std::{io, time::Duration};

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};

use crate::aws::http_client::{HttpClient, late};

/// The used parts of an answer.
pub(in crate::aws) struct Answer {
    pub(in crate::aws) status: u16,
    pub(in crate::aws) text: String,
}

/// Sends a request without a body. Returns the answer if it arrives completely within `limit`.
pub(in crate::aws) async fn send(
    client: &HttpClient,
    method: &'static str,
    url: &str,
    headers: &[(&'static str, String)],
    limit: Duration,
) -> io::Result<Answer> {
    let answer = async {
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_method(method).map_err(io::Error::other)?;
        request.set_uri(url).map_err(io::Error::other)?;
        for (name, value) in headers {
            request.headers_mut().try_insert(*name, value.clone()).map_err(io::Error::other)?;
        }
        let answer = client.send(request, limit).await.map_err(io::Error::other)?;
        let status = answer.status().as_u16();
        let body = ByteStream::new(answer.into_body()).collect().await.map_err(io::Error::other)?;
        Ok(Answer { status, text: String::from_utf8_lossy(&body.into_bytes()).into_owned() })
    };
    tokio::time::timeout(limit, answer).await.unwrap_or_else(|_| Err(late(format!("no answer in {limit:?}"))))
}
