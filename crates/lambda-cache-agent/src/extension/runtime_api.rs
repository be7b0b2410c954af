use bytes::Bytes;
use http::{HeaderName, Method, Request, Response, header::HOST};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::error::StartError;

/// Lambda's API for extensions (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>).
#[derive(Debug)]
pub(super) struct RuntimeApi {
    /// The host and port in `AWS_LAMBDA_RUNTIME_API`.
    address: String,
}

impl RuntimeApi {
    pub(super) fn new(address: String) -> Self {
        Self { address }
    }

    /// Sends one request on a new connection, without a time-out: Lambda answers `next` at the end.
    ///
    /// # Errors
    /// Lambda does not answer, or refuses.
    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(HeaderName, String)],
        body: String,
    ) -> Result<Response<Bytes>, StartError> {
        let answer = self.exchange(method, path, headers, body).await;
        let answer = answer.map_err(|error| self.failure(path, &error.to_string()))?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        Err(self.failure(path, &format!("{} {text}", answer.status())))
    }

    async fn exchange(
        &self,
        method: Method,
        path: &str,
        headers: &[(HeaderName, String)],
        body: String,
    ) -> Result<Response<Bytes>, Box<dyn std::error::Error + Send + Sync>> {
        let stream = TcpStream::connect(&*self.address).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let request = Request::builder().method(method).uri(format!("/2020-01-01/extension{path}"));
        let request = request.header(HOST, &*self.address);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
        let request = request.body(Full::new(Bytes::from(body)))?;
        tokio::spawn(connection);
        let (head, body) = sender.send_request(request).await?.into_parts();
        Ok(Response::from_parts(head, body.collect().await?.to_bytes()))
    }

    fn failure(&self, path: &str, reason: &str) -> StartError {
        StartError::new(format!("Lambda's API at {} refused {path}: {reason}", self.address))
    }
}
