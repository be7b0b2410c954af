//! Connections: TCP or a proxy's tunnel, TLS on top, and one timeout for all of it.

use std::{
    env, fmt, io,
    pin::Pin,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use aws_smithy_types::body::SdkBody;
use futures_util::{FutureExt, future::BoxFuture};
use http::{
    Request, Uri,
    header::{HOST, PROXY_AUTHORIZATION},
    uri::{Authority, Scheme},
};
use hyper::{
    client::conn::http1::handshake,
    rt::{Read, ReadBufCursor, Write},
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use rustls::ClientConfig;
use tower_service::Service;

use super::{
    freeze::Since,
    http_client::late,
    proxy::{Proxies, Proxy, Refused},
    settings::Setting,
    trust,
};
use crate::Error;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A connector.
#[derive(Clone)]
pub(super) struct Transport {
    /// Created for the first connection that needs it, so that an unused bundle is not read.
    tls: Arc<OnceLock<ClientConfig>>,
    /// The trusted certificates, if they are configured.
    bundle: Option<Setting>,
    tcp: HttpConnector,
    proxies: Arc<Proxies>,
    /// The endpoint of container credentials. A token is sent there, so it is called without a proxy, as in botocore.
    container: Option<Authority>,
    /// The timeout for TCP, proxy and TLS together.
    timeout: Duration,
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transport")
    }
}

impl Transport {
    pub(super) fn new(timeout: Duration, bundle: Option<Setting>, proxies: Proxies) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let container = env::var("AWS_CONTAINER_CREDENTIALS_FULL_URI").ok();
        let container = container.and_then(|uri| uri.parse::<Uri>().ok()?.authority().cloned());
        Self { tls: Arc::default(), bundle, tcp, proxies: Arc::new(proxies), container, timeout }
    }

    /// Returns the timeout of a connection.
    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Returns the proxy for `destination`. Credential endpoints are never called through one.
    ///
    /// # Errors
    /// The proxy's variable is unreadable.
    pub(super) fn proxy(&self, destination: &Uri) -> Result<Option<&Proxy>, Error> {
        let gives_credentials = is_link_local(destination.host().unwrap_or_default())
            || (self.container.is_some() && destination.authority() == self.container.as_ref());
        if gives_credentials { Ok(None) } else { self.proxies.of_destination(destination) }
    }

    fn tls(&self) -> Result<ClientConfig, Error> {
        if let Some(tls) = self.tls.get() {
            return Ok(tls.clone());
        }
        let tls = trust::tls(self.bundle.as_ref())?;
        Ok(self.tls.get_or_init(|| tls).clone())
    }

    fn https<C>(&self, below: C) -> Result<HttpsConnector<C>, Error> {
        let builder = HttpsConnectorBuilder::new().with_tls_config(self.tls()?).https_only();
        Ok(builder.enable_http1().wrap_connector(below))
    }

    /// Opens a connection to `to`, according to its scheme.
    async fn open(&self, to: Uri) -> Result<Box<dyn Io>, BoxError> {
        if is_https(&to) {
            Ok(Box::new(self.https(self.tcp.clone())?.call(to).await?))
        } else {
            Ok(Box::new(self.tcp.clone().call(to).await?))
        }
    }

    async fn connect(self, destination: Uri) -> Result<Stream, BoxError> {
        let (io, proxied) = match self.proxy(&destination)?.cloned() {
            None => (self.open(destination).await?, false),
            Some(proxy) if is_https(&destination) => {
                let tunnel = Tunnel { transport: self.clone(), proxy };
                (Box::new(self.https(tunnel)?.call(destination).await?) as Box<dyn Io>, false)
            }
            Some(proxy) => (self.open(proxy.uri().clone()).await?, true),
        };
        Ok(Stream { io, proxied, answered: Answered::default() })
    }
}

fn is_https(uri: &Uri) -> bool {
    uri.scheme() == Some(&Scheme::HTTPS)
}

/// Returns `true` for hosts that only provide a machine's own credentials.
pub(super) fn is_link_local(host: &str) -> bool {
    host.starts_with("169.254.") || host.starts_with("[fd00:ec2:")
}

/// A connector for tunnels through a proxy. hyper-util's own reports neither the status nor the reason of a proxy
/// that rejects.
#[derive(Clone)]
struct Tunnel {
    transport: Transport,
    proxy: Proxy,
}

impl Tunnel {
    async fn dig(self, destination: Uri) -> Result<Stream, BoxError> {
        let host = destination.host().unwrap_or_default();
        let to = format!("{host}:{}", destination.port_u16().unwrap_or(443));
        let mut request = Request::connect(&to).header(HOST, &to);
        if let Some(authorization) = self.proxy.authorization() {
            request = request.header(PROXY_AUTHORIZATION, authorization);
        }
        let request = request.body(SdkBody::empty())?;
        let (mut sender, connection) = handshake(self.transport.open(self.proxy.uri().clone()).await?).await?;
        tokio::spawn(connection.with_upgrades());
        let answer = sender.send_request(request).await?;
        if !answer.status().is_success() {
            return Err(Refused(answer.status()).into());
        }
        let io = Box::new(hyper::upgrade::on(answer).await?);
        Ok(Stream { io, proxied: false, answered: Answered::default() })
    }
}

impl Service<Uri> for Tunnel {
    type Response = Stream;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Stream, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        self.clone().dig(destination).boxed()
    }
}

/// A connection that could not be opened. It names the target for errors.
#[derive(Debug, thiserror::Error)]
#[error("no connection to {to}")]
pub(super) struct NotConnected {
    /// The host and port.
    pub(super) to: String,
    /// The proxy's address.
    pub(super) proxy: Option<String>,
    #[source]
    source: BoxError,
}

impl Service<Uri> for Transport {
    type Response = Stream;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Stream, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        let (since, timeout) = (Since::now(), self.timeout);
        let to = destination.authority().map_or_else(String::new, ToString::to_string);
        let proxy = self.proxy(&destination).ok().flatten().map(ToString::to_string);
        let connecting = self.clone().connect(destination);
        async move {
            let connected = match tokio::time::timeout(timeout, connecting).await {
                // A connection that was completed only after a freeze is late too, because the request for it was
                // signed before.
                Ok(connected) if !since.is_beyond(timeout) => connected,
                _ => Err(late(format!("no connection in {timeout:?}")).into()),
            };
            connected.map_err(|source| NotConnected { to, proxy, source }.into())
        }
        .boxed()
    }
}

/// A flag that is set when a connection has answered. Only then can a later failure mean that the server closed the
/// connection while it was idle.
#[derive(Clone, Debug, Default)]
pub(super) struct Answered(Arc<AtomicBool>);

impl Answered {
    pub(super) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

trait Io: Read + Write + Send + Unpin {}
impl<T: Read + Write + Send + Unpin> Io for T {}

/// A connection of any kind.
pub(super) struct Stream {
    io: Box<dyn Io>,
    proxied: bool,
    answered: Answered,
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new().proxy(self.proxied).extra(self.answered.clone())
    }
}

impl Read for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.io).poll_read(cx, buf)
    }
}

impl Write for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.io).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.io).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.io).poll_write_vectored(cx, bufs)
    }
}
