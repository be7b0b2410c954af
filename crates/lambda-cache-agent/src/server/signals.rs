use std::os::unix::net::UnixStream as StdStream;

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    low_level::pipe,
};
use tokio::{io::AsyncReadExt, net::UnixStream};

/// Waits for a signal that asks the process to end. As the first process of a container, it would not end by itself.
///
/// # Errors
/// The signals cannot be received, so that their default applies.
pub(crate) async fn termination() -> std::io::Result<()> {
    let (mut receiver, sender) = StdStream::pair().and_then(|(receiver, sender)| {
        receiver.set_nonblocking(true)?;
        Ok((UnixStream::from_std(receiver)?, sender))
    })?;
    pipe::register(SIGTERM, sender.try_clone()?)?;
    pipe::register(SIGINT, sender)?;
    receiver.read_u8().await.map(drop)
}
