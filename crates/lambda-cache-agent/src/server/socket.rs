use std::{
    io::{self, ErrorKind},
    os::unix::net::UnixStream,
    path::Path,
};

use rustix::{fs::Mode, process::umask};
use tokio::net::UnixListener;

use crate::error::StartError;

/// Opens a Unix socket that only this user can connect to (mode 0600). A socket that a killed agent left is replaced.
///
/// # Errors
/// The path is taken or not allowed.
pub(crate) fn listen_at(path: &Path) -> Result<UnixListener, StartError> {
    let listener = bind(path).or_else(|error| {
        if error.kind() == ErrorKind::AddrInUse && is_left_over(path) {
            std::fs::remove_file(path)?;
            return bind(path);
        }
        Err(error)
    });
    listener.map_err(|error| {
        StartError::new(format!("cannot listen at {}: {error}; choose another path (--socket)", path.display()))
    })
}

/// Binds with a mask, so that the socket never has another mode. The agent has one thread.
fn bind(path: &Path) -> io::Result<UnixListener> {
    let before = umask(Mode::from_raw_mode(0o177));
    let listener = UnixListener::bind(path);
    umask(before);
    listener
}

/// Returns `true` for a socket on which nothing listens.
fn is_left_over(path: &Path) -> bool {
    UnixStream::connect(path).is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
}
