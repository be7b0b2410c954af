use std::{future::Future, time::Duration};

use crate::{Error, ErrorKind, source::Request};

/// Gives up when the caller's time is over; whoever else waits for the same fetch then leads it.
pub(crate) async fn within<T>(
    time_left: Option<Duration>,
    request: &Request,
    fetch: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let Some(time_left) = time_left else { return fetch.await };
    tokio::time::timeout(time_left, fetch).await.unwrap_or_else(|_| {
        Err(Error::new(
            ErrorKind::Unavailable,
            format!(
                "no answer for {} within the {} ms that the invocation had left for it: raise the function's time-out",
                request.key(),
                time_left.as_millis()
            ),
        ))
    })
}
