use std::{future::Future, pin::pin, time::Duration};

use futures_util::future::{Either, select};

use crate::{Error, ErrorKind, runtime::timer::sleep, source::Request};

/// Limits a fetch to the caller's remaining time. If another caller waits for the same fetch, it then becomes the
/// leader.
pub(super) async fn within<T>(
    time_left: Option<Duration>,
    request: &Request,
    fetch: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let Some(time_left) = time_left else { return fetch.await };
    match select(pin!(fetch), sleep(time_left)).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(((), _)) => Err(Error::new(
            ErrorKind::Unavailable,
            format!(
                "no answer for {} within the {} ms that the invocation had left for it: raise the function's time-out",
                request.key(),
                time_left.as_millis()
            ),
        )),
    }
}
