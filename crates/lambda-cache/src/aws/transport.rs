//! How a connection is made: TCP or a proxy's tunnel, TLS on top, one time-out over all of it.

use std::{
    env, fmt, fs, io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture};
use http::{Uri, uri::Authority};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::{
    legacy::connect::{Connected, Connection, HttpConnector, proxy::Tunnel},
    proxy::matcher::{Intercept, Matcher},
};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use tower_service::Service;

use super::{freeze::Since, http_client::late};
use crate::{Error, ErrorKind};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Makes connections.
#[derive(Clone)]
pub(super) struct Transport {
    tls: ClientConfig,
    tcp: HttpConnector,
    proxies: Arc<Matcher>,
    /// Where container credentials come from: a token goes there, so it is asked directly, as botocore does.
    container: Option<Authority>,
    /// For TCP, proxy and TLS together.
    timeout: Duration,
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transport")
    }
}

impl Transport {
    pub(super) fn new(timeout: Duration) -> Result<Self, Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::new(ErrorKind::Configuration, format!("TLS cannot be set up: {error}")))?
            .with_root_certificates(trust_anchors()?)
            .with_no_client_auth();
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let container = env::var("AWS_CONTAINER_CREDENTIALS_FULL_URI").ok();
        let container = container.and_then(|uri| uri.parse::<Uri>().ok()?.authority().cloned());
        Ok(Self { tls, tcp, proxies: Arc::new(Matcher::from_env()), container, timeout })
    }

    /// How long a connection may take.
    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The proxy for `destination`; endpoints that give credentials are never asked through one.
    pub(super) fn proxy(&self, destination: &Uri) -> Option<Intercept> {
        let host = destination.host().unwrap_or_default();
        let is_link_local = host.starts_with("169.254.") || host.starts_with("[fd00:ec2:");
        let gives_credentials =
            is_link_local || (self.container.is_some() && destination.authority() == self.container.as_ref());
        if gives_credentials { None } else { self.proxies.intercept(destination) }
    }

    fn https<C>(&self, below: C) -> HttpsConnector<C> {
        HttpsConnectorBuilder::new()
            .with_tls_config(self.tls.clone())
            .https_or_http()
            .enable_http1()
            .wrap_connector(below)
    }

    async fn connect(self, destination: Uri) -> Result<Stream, BoxError> {
        let mut direct = self.https(self.tcp.clone());
        let (io, proxied): (Box<dyn Io>, bool) = match self.proxy(&destination) {
            None => (Box::new(direct.call(destination).await?), false),
            Some(proxy) if destination.scheme() == Some(&http::uri::Scheme::HTTPS) => {
                let mut tunnel = Tunnel::new(proxy.uri().clone(), direct);
                if let Some(auth) = proxy.basic_auth() {
                    tunnel = tunnel.with_auth(auth.clone());
                }
                (Box::new(self.https(tunnel).call(destination).await?), false)
            }
            Some(proxy) => (Box::new(direct.call(proxy.uri().clone()).await?), true),
        };
        Ok(Stream { io, proxied, answered: Answered::default() })
    }
}

/// The certificates that servers are checked against: `AWS_CA_BUNDLE`, else botocore's `REQUESTS_CA_BUNDLE`, else
/// Mozilla's, compiled in. The system's are not searched for: that costs more than the handshake.
fn trust_anchors() -> Result<RootCertStore, Error> {
    let bundle = ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"]
        .into_iter()
        .find_map(|name| Some((name, env::var_os(name).filter(|path| !path.is_empty())?)));
    let Some((name, path)) = bundle else {
        return Ok(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() });
    };
    let fail = |reason: &dyn fmt::Display| {
        let path = path.to_string_lossy();
        Error::new(ErrorKind::Configuration, format!("cannot use the certificate bundle {name}={path}: {reason}"))
    };
    let pem = fs::read(&path).map_err(|error| fail(&error))?;
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(CertificateDer::pem_slice_iter(&pem).filter_map(Result::ok));
    if store.is_empty() {
        return Err(fail(&"it holds no certificate in PEM form"));
    }
    Ok(store)
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
        let connecting = self.clone().connect(destination);
        async move {
            match tokio::time::timeout(timeout, connecting).await {
                // One that came only after the process had been frozen is as late: what waits for it was signed before.
                Ok(connected) if !since.is_beyond(timeout) => connected,
                _ => Err(late(format!("no connection in {timeout:?}")).into()),
            }
        }
        .boxed()
    }
}

/// Whether a connection has answered before: only then can a failure mean that the server closed it while idle.
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

/// A connection, whatever it is made of.
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
