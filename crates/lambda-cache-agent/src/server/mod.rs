//! The HTTP server.

mod connection;
mod limits;
mod listen;
mod signals;
mod socket;
mod timed;

use std::future::Future;

pub(crate) use listen::Listeners;
pub(crate) use signals::termination;
use tokio::runtime::Builder;

use crate::error::StartError;

/// Runs `work` on a Tokio runtime of this thread.
///
/// # Errors
/// The error of `work`, or of a machine without resources for a runtime.
pub(crate) fn on_runtime(work: impl Future<Output = Result<(), StartError>>) -> Result<(), StartError> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| StartError::new(format!("cannot create the I/O runtime: {error}")))?;
    runtime.block_on(work)
}
