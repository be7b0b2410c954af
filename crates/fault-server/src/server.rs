use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    net::TcpListener,
    task::{AbortHandle, JoinSet},
    time::sleep,
};
use tokio_rustls::TlsAcceptor;

use crate::{
    account::Parameter,
    certificate,
    checksum::ChecksumKind,
    connection::serve,
    content::Content,
    fault::{Fault, Times},
    given::Given,
    link::Link,
    record::{Counts, Seen},
    shared::Shared,
};

/// The delay before accepting again when too many files are open.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// A server on the current Tokio runtime, on two ports of this machine. Dropping it ends the server and all
/// connections.
#[derive(Debug)]
pub struct FaultServer {
    shared: Arc<Shared>,
    http: SocketAddr,
    https: SocketAddr,
    ca_pem: String,
    listeners: [AbortHandle; 2],
}

impl FaultServer {
    /// Starts a server without contents and faults.
    ///
    /// # Errors
    /// No port is free, or the certificate cannot be created.
    pub async fn start() -> io::Result<Self> {
        let shared = Arc::new(Shared::new());
        let (acceptor, ca_pem) = certificate::make()?;
        let (http, plain) = listen(&shared, None).await?;
        let (https, tls) = listen(&shared, Some(acceptor)).await?;
        Ok(Self { shared, http, https, ca_pem, listeners: [plain, tls] })
    }

    /// Returns the URL without TLS.
    #[must_use]
    pub fn http_url(&self) -> String {
        format!("http://{}", self.http)
    }

    /// Returns the URL with TLS.
    #[must_use]
    pub fn https_url(&self) -> String {
        format!("https://{}", self.https)
    }

    /// Returns the certificate to trust for TLS.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// Creates or changes a `String` parameter.
    pub fn put_parameter(&self, name: impl Into<String>, value: impl Into<String>) {
        self.shared.account().put_parameter(name.into(), Parameter::One(value.into()));
    }

    /// Creates or changes a `StringList` parameter.
    pub fn put_parameter_list<S: Into<String>>(&self, name: impl Into<String>, values: impl IntoIterator<Item = S>) {
        let values = values.into_iter().map(Into::into).collect();
        self.shared.account().put_parameter(name.into(), Parameter::List(values));
    }

    /// Creates or changes a secret with text.
    pub fn put_secret(&self, name: impl Into<String>, text: impl Into<String>) {
        self.shared.account().put_secret(name.into(), Given::Text(text.into()));
    }

    /// Creates or changes a binary secret.
    pub fn put_secret_binary(&self, name: impl Into<String>, bytes: impl Into<Bytes>) {
        self.shared.account().put_secret(name.into(), Given::Base64(bytes.into()));
    }

    /// Creates or replaces an object with a CRC-32. It always gets a new `ETag`.
    pub fn put_object(&self, uri: impl Into<String>, bytes: impl Into<Bytes>) {
        self.put_object_with(uri, bytes, ChecksumKind::default());
    }

    /// Creates or replaces an object with another checksum, or without one.
    pub fn put_object_with(&self, uri: impl Into<String>, bytes: impl Into<Bytes>, checksum: ChecksumKind) {
        self.shared.account().put_object(uri.into(), Content::Whole(bytes.into()), checksum);
    }

    /// Creates or replaces an object of this size with a CRC-32. Its content is a pattern that takes no memory.
    pub fn put_object_of_size(&self, uri: impl Into<String>, size: u64) {
        self.put_object_of_size_with(uri, size, ChecksumKind::default());
    }

    /// Creates or replaces an object of this size with another checksum, or without one. A SHA-256 reads all bytes
    /// once. The other checksums need not.
    pub fn put_object_of_size_with(&self, uri: impl Into<String>, size: u64, checksum: ChecksumKind) {
        self.shared.account().put_object(uri.into(), Content::of_size(size), checksum);
    }

    /// Applies `fault` to the next requests for `resource`, after the faults that it already has.
    ///
    /// # Panics
    /// If the resource cannot have this fault ([`Fault::can_befall`]).
    #[track_caller]
    pub fn fault(&self, resource: impl Into<String>, fault: Fault, times: Times) {
        if let Err(reason) = self.shared.arm(resource.into(), fault, times, None) {
            panic!("{reason}");
        }
    }

    /// Applies a fault only to requests whose `Range` begins at that byte of an object. A request without one begins
    /// at 0.
    ///
    /// # Panics
    /// If the resource cannot have this fault or is not an object.
    #[track_caller]
    pub fn fault_from(&self, uri: impl Into<String>, range_from: u64, fault: Fault, times: Times) {
        if let Err(reason) = self.shared.arm(uri.into(), fault, times, Some(range_from..=range_from)) {
            panic!("{reason}");
        }
    }

    /// Applies a fault to every request for a part that does not begin at an object's first byte.
    ///
    /// # Panics
    /// If the resource cannot have this fault or is not an object.
    #[track_caller]
    pub fn fault_of_parts(&self, uri: impl Into<String>, fault: Fault, times: Times) {
        if let Err(reason) = self.shared.arm(uri.into(), fault, times, Some(1..=u64::MAX)) {
            panic!("{reason}");
        }
    }

    /// Removes the faults of a resource.
    pub fn clear_faults(&self, resource: &str) {
        self.shared.armed().clear(resource);
    }

    /// Sends every answer, on every connection, over a link with these properties.
    pub fn link(&self, link: Link) {
        self.shared.set_link(link);
    }

    /// Rejects signatures that are older than this. The default is 5 minutes.
    pub fn signature_limit(&self, limit: Duration) {
        self.shared.set_signature_limit(limit);
    }

    /// Returns the present counters.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.shared.record().counts()
    }

    /// Returns the latest thousand requests for a resource, oldest first.
    #[must_use]
    pub fn requests(&self, resource: &str) -> Vec<Seen> {
        self.shared.record().seen(resource)
    }

    /// Closes each connection without a request in progress.
    pub async fn close_idle(&self) {
        self.shared.close_idle().await;
    }

    /// Removes all contents, faults and counters.
    pub fn reset(&self) {
        self.shared.reset();
    }
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        self.listeners.iter().for_each(AbortHandle::abort);
    }
}

async fn listen(shared: &Arc<Shared>, tls: Option<TlsAcceptor>) -> io::Result<(SocketAddr, AbortHandle)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let accepting = tokio::spawn(accept(Arc::clone(shared), listener, tls));
    Ok((address, accepting.abort_handle()))
}

/// Accepts connections until it is dropped, which closes them.
async fn accept(shared: Arc<Shared>, listener: TcpListener, tls: Option<TlsAcceptor>) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((tcp, _)) => drop(connections.spawn(serve(Arc::clone(&shared), tcp, tls.clone()))),
            Err(_) => sleep(ACCEPT_PAUSE).await,
        }
        while connections.try_join_next().is_some() {}
    }
}
