use std::{
    net::Ipv4Addr,
    sync::{Arc, atomic::AtomicUsize},
};

use tokio::net::TcpListener;

use super::{connection::Connections, limits::ACCEPT_PAUSE};
use crate::{agent::Agent, error::StartError};

/// Opens the port on 127.0.0.1, never on another address.
///
/// # Errors
/// The port is taken or not allowed.
pub(crate) async fn listen(port: u16) -> Result<TcpListener, StartError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    listener.map_err(|error| {
        StartError::new(format!(
            "cannot listen on 127.0.0.1:{port}: {error}; stop the other program, or choose another port (--port, \
             LAMBDA_CACHE_AGENT_PORT or PARAMETERS_SECRETS_EXTENSION_HTTP_PORT)"
        ))
    })
}

/// Serves connections until the process ends.
pub(crate) async fn serve(listener: TcpListener, agent: Arc<Agent>) {
    let connections = Connections { agent, open: Arc::new(AtomicUsize::new(0)) };
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let _ = stream.set_nodelay(true); // without it answers only take longer
                connections.serve(stream);
            }
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await, // too many open files: some will be closed
        }
    }
}
