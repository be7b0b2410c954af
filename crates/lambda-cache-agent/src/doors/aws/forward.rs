//! Requests that AWS answers: with a new signature, and otherwise as they came.

use std::sync::Arc;

use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4,
};
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::{
    orchestrator::{HttpRequest, HttpResponse, OrchestratorError},
    result::SdkError,
};
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, Response, Uri, header, uri::PathAndQuery};
use lambda_cache::{Error, ErrorKind};

use super::{endpoint, target::Target, unavailable, writes::Written};
use crate::{
    agent::Agent,
    answer::Answer,
    request::Request,
    signature::{Signer, now},
};

/// The headers of one connection or of one signature, which are not passed on.
const OWN: [HeaderName; 12] = [
    header::HOST,
    header::AUTHORIZATION,
    header::CONTENT_LENGTH,
    header::CONNECTION,
    header::EXPECT,
    header::TRANSFER_ENCODING,
    header::TE,
    header::TRAILER,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("x-amz-date"),
    HeaderName::from_static("x-amz-security-token"),
];

/// A failure that cannot happen, because every answer is an output.
#[derive(Debug)]
struct Never;

impl std::fmt::Display for Never {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("never")
    }
}

impl std::error::Error for Never {}

/// Passes a request on, and returns AWS's answer. After one that writes, its entries are forgotten, even if the caller has
/// left or the answer is lost, because AWS may have received it.
pub(super) async fn pass_on(
    agent: &Arc<Agent>,
    request: &Request,
    target: Target<'_>,
    signer: Signer,
) -> Result<Answer, Error> {
    let config = agent.upstream.sdk_config()?;
    let endpoint = endpoint::of(&config, target.service, &signer.region).await?;
    let passed = signed(request, &endpoint, target, &signer)?;
    if target.only_reads() {
        return send(&config, &endpoint, target.operation, passed).await;
    }
    let written = Written::of(target, &request.body);
    let (agent, operation) = (Arc::clone(agent), target.operation.to_owned());
    let sending = tokio::spawn(async move {
        let answer = send(&config, &endpoint, &operation, passed).await;
        written.forget(&agent).await;
        answer
    });
    sending.await.unwrap_or_else(|_| Err(Error::new(ErrorKind::Internal, "passing the request on failed")))
}

/// Returns the request for the endpoint, with a new signature.
fn signed(
    request: &Request,
    endpoint: &Uri,
    target: Target<'_>,
    signer: &Signer,
) -> Result<http::Request<Bytes>, Error> {
    let refuse = |_| Error::new(ErrorKind::InvalidArgument, "the request has a header that cannot be passed on");
    let mut parts = endpoint.clone().into_parts();
    let path = endpoint.path().trim_end_matches('/');
    let query = endpoint.query().map(|query| format!("?{query}")).unwrap_or_default();
    parts.path_and_query = PathAndQuery::try_from(format!("{path}/{query}")).ok();
    let uri = Uri::from_parts(parts).map_err(|error| refuse(error.to_string()))?;
    let mut passed = http::Request::new(request.body.clone());
    *passed.method_mut() = request.method.clone();
    *passed.headers_mut() = kept(&request.headers);
    let identity = signer.credentials.clone().into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(&signer.region)
        .name(target.service.signing_name())
        .time(now())
        .settings(SigningSettings::default())
        .build()
        .map_err(|error| refuse(error.to_string()))?;
    let instructions = {
        let is_signed = |name: &HeaderName| *name == header::CONTENT_TYPE || name.as_str().starts_with("x-amz-");
        let headers = passed.headers().iter().filter(|(name, _)| is_signed(name));
        let headers = headers.map(|(name, value)| Some((name.as_str(), std::str::from_utf8(value.as_bytes()).ok()?)));
        let headers = headers.collect::<Option<Vec<_>>>().ok_or_else(|| refuse(String::new()))?;
        let body = SignableBody::Bytes(passed.body());
        let signable = SignableRequest::new(passed.method().as_str(), uri.to_string(), headers.into_iter(), body);
        let output = signable.and_then(|signable| sign(signable, &params.into()));
        output.map_err(|error| refuse(error.to_string()))?.into_parts().0
    };
    instructions.apply_to_request_http1x(&mut passed);
    *passed.uri_mut() = uri;
    Ok(passed)
}

/// Returns the headers that are passed on.
fn kept(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    for name in &OWN {
        headers.remove(name);
    }
    headers
}

/// Sends a request once. The caller's SDK retries.
async fn send(
    config: &SdkConfig,
    endpoint: &Uri,
    operation: &str,
    request: http::Request<Bytes>,
) -> Result<Answer, Error> {
    let server = format!(
        "{}://{}",
        endpoint.scheme_str().unwrap_or("https"),
        endpoint.authority().map_or("", http::uri::Authority::as_str)
    );
    let mut builder = Operation::builder()
        .service_name("agent")
        .operation_name(operation.to_owned())
        .endpoint_url(&server)
        .no_auth()
        .no_retry()
        .serializer(|request: http::Request<Bytes>| Ok(HttpRequest::try_from(request.map(SdkBody::from))?))
        .deserializer(|response: &HttpResponse| Ok::<_, OrchestratorError<Never>>(answered(response)));
    if let Some(client) = config.http_client() {
        builder = builder.http_client(client);
    }
    if let Some(limits) = config.timeout_config() {
        builder = builder.timeout_config(limits.clone());
    }
    if let Some(sleep) = config.sleep_impl() {
        builder = builder.sleep_impl(sleep);
    }
    if let Some(time) = config.time_source() {
        builder = builder.time_source(time);
    }
    let answer = builder.build().invoke(request).await;
    answer.map(Answer::from_response).map_err(|error| match error {
        SdkError::TimeoutError(_) => unavailable(format!("no answer of {server} in time")),
        _ => unavailable(format!("no answer of {server}: check the network and the endpoint")),
    })
}

/// Returns an answer of AWS as it came.
fn answered(response: &HttpResponse) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::copy_from_slice(response.body().bytes().unwrap_or_default()));
    if let Ok(status) = http::StatusCode::from_u16(response.status().as_u16()) {
        *answer.status_mut() = status;
    }
    for (name, value) in response.headers() {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), http::HeaderValue::from_str(value)) {
            answer.headers_mut().append(name, value);
        }
    }
    *answer.headers_mut() = kept(answer.headers());
    answer
}
