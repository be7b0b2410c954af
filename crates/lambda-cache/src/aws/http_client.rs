//! The HTTP client that all service clients share.
//!
//! The SDK's own connector accepts trust anchors only as PEM text, parses them for each service client, and cannot
//! distinguish a failure on a kept connection from one on a new connection. This is hyper-util's client without these
//! limitations. It also has separate timeouts for an answer on an open connection, and between two parts of its
//! body.

use std::{error::Error as StdError, io, pin::pin, time::Duration};

use aws_smithy_runtime_api::client::{
    http::{
        HttpClient as SdkHttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
    },
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    retries::ErrorKind,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use futures_util::{
    FutureExt,
    future::{Either, select},
};
use http::{Extensions, Response, header::PROXY_AUTHORIZATION};
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{Client, Error as HyperError, connect::capture_connection},
    rt::TokioExecutor,
};

use super::error_chain::find;
use super::{
    freeze::Since,
    idle_timeout_body::IdleTimeoutBody,
    proxy::{Proxies, Proxy},
    settings::Setting,
    transport::{Answered, Transport},
};
use crate::Error;

/// The time after which idle connections are closed. S3 closes them after about 20 s, and the other services later.
/// Connections that they closed are detected and replaced.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_mins(1);
/// The read buffer of a connection. hyper's default of 400 KiB is not faster, and twelve connections would take 5
/// MiB.
const READ_BUFFER_BYTES: usize = 64 * 1_024;
/// The maximum number of kept connections that are tried before a failure is returned. A large object leaves twelve.
const MOST_RESENDS: usize = 32;
/// The maximum age of a signature for sending a request again. AWS accepts it for five minutes.
const LONGEST_RESEND: Duration = Duration::from_mins(1);

#[derive(Clone, Debug)]
pub(super) struct HttpClient {
    hyper: Client<Transport, SdkBody>,
    transport: Transport,
}

impl HttpClient {
    /// Creates the client. `bundle` names the trusted certificates. Without it, the environment does.
    pub(super) fn new(connect_timeout: Duration, bundle: Option<Setting>) -> Self {
        Self::with_transport(Transport::new(connect_timeout, bundle, Proxies::from_environment()))
    }

    /// Creates a client for this machine, which uses no proxy.
    #[cfg(any(feature = "ssm", feature = "secrets-manager"))]
    pub(super) fn without_proxy(connect_timeout: Duration) -> Self {
        Self::with_transport(Transport::new(connect_timeout, None, Proxies::default()))
    }

    fn with_transport(transport: Transport) -> Self {
        let mut builder = Client::builder(TokioExecutor::new());
        builder.pool_idle_timeout(POOL_IDLE_TIMEOUT);
        builder.http1_max_buf_size(READ_BUFFER_BYTES);
        // Python's client accepts such headers too, and none of them is used.
        builder.http1_ignore_invalid_headers_in_responses(true);
        builder.http1_allow_spaces_after_header_name_in_responses(true);
        builder.http1_allow_obsolete_multiline_headers_in_responses(true);
        Self { hyper: builder.build(transport.clone()), transport }
    }

    /// Sends the request. The answer must arrive within `read_timeout` on an open connection. If the server had
    /// closed a kept connection, the request is sent again on another one, unless its signature may have become too
    /// old during a freeze.
    pub(super) async fn send(
        &self,
        mut request: HttpRequest,
        read_timeout: Duration,
    ) -> Result<HttpResponse, ConnectorError> {
        let proxy = self.authorize_to_proxy(&mut request)?;
        let sent = self.send_while_closed(request, read_timeout).await;
        let mut response = sdk_response(sent, read_timeout)?;
        if let Some(proxy) = proxy {
            response.add_extension(proxy);
        }
        Ok(response)
    }

    async fn send_while_closed(
        &self,
        request: HttpRequest,
        read_timeout: Duration,
    ) -> Result<Response<Incoming>, SendError> {
        let signed = Since::now();
        let resend_limit = self.transport.timeout().saturating_add(read_timeout).min(LONGEST_RESEND);
        for _ in 0..MOST_RESENDS {
            let Some(copy) = request.try_clone() else { break };
            match self.send_once(copy, read_timeout).await {
                Err(error) if was_closed_while_idle(&error) && !signed.is_beyond(resend_limit) => {}
                sent => return sent,
            }
        }
        self.send_once(request, read_timeout).await
    }

    async fn send_once(&self, request: HttpRequest, read_timeout: Duration) -> Result<Response<Incoming>, SendError> {
        let mut request = request.try_into_http1x().map_err(|error| SendError::User(error.into()))?;
        let mut connection = capture_connection(&mut request);
        let connected = pin!(connection.wait_for_connection_metadata().map(drop));
        let response = match select(self.hyper.request(request), connected).await {
            Either::Left((response, _)) => response?,
            Either::Right(((), response)) => {
                let late = |_| SendError::Late(late(format!("no answer in {read_timeout:?}")));
                tokio::time::timeout(read_timeout, response).await.map_err(late)??
            }
        };
        if let Some(answered) = response.extensions().get::<Answered>() {
            answered.set();
        }
        Ok(response)
    }

    /// Returns the proxy that may answer instead of the service. A tunnel is authorized when it is opened, and a
    /// plain request through a proxy needs a header.
    fn authorize_to_proxy(&self, request: &mut HttpRequest) -> Result<Option<ThroughProxy>, ConnectorError> {
        let Ok(uri) = request.uri().parse::<http::Uri>() else { return Ok(None) };
        if uri.scheme() != Some(&http::uri::Scheme::HTTP) {
            return Ok(None);
        }
        let proxy = self.transport.proxy(&uri).map_err(|error| ConnectorError::user(error.into()))?;
        if let Some(authorization) = proxy.and_then(Proxy::authorization) {
            let authorization = authorization.to_str().map_err(|error| ConnectorError::user(error.into()))?.to_owned();
            request.headers_mut().insert(PROXY_AUTHORIZATION.as_str(), authorization);
        }
        Ok(proxy.map(|proxy| ThroughProxy(proxy.to_string())))
    }
}

/// The proxy that an answer came through without a tunnel.
#[derive(Clone, Debug)]
pub(super) struct ThroughProxy(pub(super) String);

/// Creates a timeout error, which is recognised by its kind.
pub(super) fn late(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, message)
}

fn sdk_response(
    sent: Result<Response<Incoming>, SendError>,
    read_timeout: Duration,
) -> Result<HttpResponse, ConnectorError> {
    let response = sent.map_err(connector_error)?;
    HttpResponse::try_from(response.map(|body| SdkBody::from_body_1_x(IdleTimeoutBody::new(body, read_timeout))))
        .map_err(|error| ConnectorError::other(error.into(), None))
}

#[derive(Debug, thiserror::Error)]
enum SendError {
    #[error("the request cannot be sent")]
    User(#[source] Box<dyn StdError + Send + Sync>),
    #[error("sending failed")]
    Hyper(#[from] HyperError),
    #[error("no answer")]
    Late(#[source] io::Error),
}

fn was_closed_while_idle(error: &SendError) -> bool {
    let SendError::Hyper(error) = error else { return false };
    let mut extras = Extensions::new();
    if let Some(connected) = error.connect_info() {
        connected.get_extras(&mut extras);
    }
    extras.get::<Answered>().is_some_and(Answered::get) && is_closed(error)
}

fn is_closed(error: &HyperError) -> bool {
    let closed_by_hyper = find::<hyper::Error>(error)
        .is_some_and(|error| error.is_incomplete_message() || error.is_closed() || error.is_canceled());
    let closed_by_system = find::<io::Error>(error).is_some_and(|error| {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof};
        matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof)
    });
    closed_by_hyper || closed_by_system
}

/// Converts an error. The kind decides whether the SDK retries.
fn connector_error(error: SendError) -> ConnectorError {
    let hyper = match &error {
        SendError::User(_) => return ConnectorError::user(error.into()),
        SendError::Late(_) => return ConnectorError::timeout(error.into()),
        SendError::Hyper(hyper) => hyper,
    };
    if find::<Error>(hyper).is_some() {
        return ConnectorError::user(error.into()); // a wrong configuration stays wrong
    }
    let io = find::<io::Error>(hyper);
    if io.is_some_and(|io| io.kind() == io::ErrorKind::TimedOut) {
        ConnectorError::timeout(error.into())
    } else if hyper.is_connect() || io.is_some() || is_closed(hyper) {
        ConnectorError::io(error.into())
    } else {
        ConnectorError::other(error.into(), Some(ErrorKind::TransientError))
    }
}

impl SdkHttpClient for HttpClient {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        let read_timeout = settings.read_timeout().unwrap_or(Duration::MAX);
        SharedHttpConnector::new(Connector { client: self.clone(), read_timeout })
    }
}

/// The client with the timeout of one service client.
#[derive(Debug)]
struct Connector {
    client: HttpClient,
    read_timeout: Duration,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (client, read_timeout) = (self.client.clone(), self.read_timeout);
        HttpConnectorFuture::new(async move { client.send(request, read_timeout).await })
    }
}

#[cfg(all(test, any(feature = "ring", feature = "aws-lc-rs")))]
mod tests {
    use std::net::SocketAddr;

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpStream},
    };

    use super::*;

    const CONNECT: Duration = Duration::from_secs(3);
    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    async fn listen() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        (listener, address)
    }

    /// Reads the head of one request.
    async fn request(stream: &mut TcpStream) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
    }

    async fn get(client: &HttpClient, address: SocketAddr) -> Result<u16, ConnectorError> {
        let request = HttpRequest::get(format!("http://{address}/")).unwrap();
        let response = client.send(request, Duration::MAX).await?;
        let status = response.status().as_u16();
        let body = http_body_util::BodyExt::collect(response.into_body()).await.unwrap();
        assert_eq!(body.to_bytes(), "ok");
        Ok(status)
    }

    #[tokio::test]
    async fn a_closed_kept_connection_is_replaced() {
        let (listener, address) = listen().await;
        let server = tokio::spawn(async move {
            let (mut kept, _) = listener.accept().await.unwrap();
            request(&mut kept).await;
            kept.write_all(ANSWER).await.unwrap();
            request(&mut kept).await; // the second request goes out on it, and is lost
            drop(kept);
            let (mut new, _) = listener.accept().await.unwrap();
            request(&mut new).await;
            new.write_all(ANSWER).await.unwrap();
        });
        let client = HttpClient::new(CONNECT, None);
        assert_eq!(get(&client, address).await.unwrap(), 200);
        assert_eq!(get(&client, address).await.unwrap(), 200);
        server.await.unwrap();
    }

    #[tokio::test]
    async fn a_closed_new_connection_is_left_to_the_sdks_retries() {
        let (listener, address) = listen().await;
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            request(&mut stream).await;
            drop(stream);
            listener
        });
        let error = get(&HttpClient::new(CONNECT, None), address).await.unwrap_err();
        assert!(error.is_io(), "{error:?}");
        let listener = server.await.unwrap();
        assert!(futures_util::FutureExt::now_or_never(listener.accept()).is_none(), "it was sent twice");
    }

    #[tokio::test]
    async fn a_server_that_refuses_connections_is_an_io_error() {
        let (listener, address) = listen().await;
        drop(listener);
        assert!(get(&HttpClient::new(CONNECT, None), address).await.unwrap_err().is_io());
    }
}
