use std::{
    net::Ipv4Addr,
    sync::{Arc, atomic::AtomicUsize},
};

use tokio::net::{TcpListener, UnixListener};

use super::{connection::Connections, limits::ACCEPT_PAUSE, socket::listen_at};
use crate::{agent::Agent, error::StartError, settings::Settings};

/// The open port, and the open Unix socket if there is one.
#[derive(Debug)]
pub(crate) struct Listeners {
    pub(crate) port: TcpListener,
    socket: Option<UnixListener>,
}

impl Listeners {
    /// Opens the port on 127.0.0.1, never on another address, and the Unix socket if the settings name one.
    ///
    /// # Errors
    /// One of them is taken or not allowed.
    pub(crate) async fn open(settings: &Settings) -> Result<Self, StartError> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, settings.port)).await;
        let port = port.map_err(|error| {
            StartError::new(format!(
                "cannot listen on 127.0.0.1:{}: {error}; stop the other program, or choose another port (--port, \
                 LAMBDA_CACHE_AGENT_PORT or PARAMETERS_SECRETS_EXTENSION_HTTP_PORT)",
                settings.port
            ))
        })?;
        let socket = settings.socket.as_deref().map(listen_at).transpose()?;
        Ok(Self { port, socket })
    }

    /// Serves connections until the process ends.
    pub(crate) async fn serve(self, agent: Arc<Agent>) {
        let connections = Connections { agent, open: Arc::new(AtomicUsize::new(0)) };
        loop {
            let accepted = tokio::select! {
                accepted = self.port.accept() => accepted.map(|(stream, _)| {
                    let _ = stream.set_nodelay(true); // without it answers only take longer
                    connections.serve(stream);
                }),
                accepted = accept(self.socket.as_ref()) => accepted.map(|stream| connections.serve(stream)),
            };
            if accepted.is_err() {
                tokio::time::sleep(ACCEPT_PAUSE).await; // too many open files: some will be closed
            }
        }
    }
}

async fn accept(socket: Option<&UnixListener>) -> std::io::Result<tokio::net::UnixStream> {
    match socket {
        Some(socket) => socket.accept().await.map(|(stream, _)| stream),
        None => std::future::pending().await,
    }
}
