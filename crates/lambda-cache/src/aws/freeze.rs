//! A process that stood still in the middle of a call: Lambda freezes it when an invocation ends, whatever still runs.
//!
//! When it goes on, every time-out is over, connections are gone, and a request that was signed before may be too old
//! to be sent. So what failed for that is asked once more, with a signature of now.

use std::{future::Future, time::Duration};

use crate::engine::{Clock, Moment};

/// What a busy machine may add to a limit before it looks like a freeze.
const SLACK: Duration = Duration::from_secs(1);

/// Since when something runs, to tell later whether it stood still.
#[derive(Clone, Copy, Debug)]
pub(super) struct Since(Moment);

impl Since {
    pub(super) fn now() -> Self {
        Self(Clock::System.now())
    }

    /// Whether more time has passed than what was bounded by `limit` can have taken.
    pub(super) fn is_beyond(self, limit: Duration) -> bool {
        let limit_ns = u64::try_from(limit.saturating_add(SLACK).as_nanos()).unwrap_or(u64::MAX);
        Clock::System.age(self.0, Clock::System.now()).as_nanos() > limit_ns
    }
}

/// The answer to `call`, which takes `limit` at most; asked once more where the process was frozen meanwhile. Without a
/// limit nobody can tell.
pub(super) async fn unfrozen<T, E, Calling>(limit: Option<Duration>, call: impl Fn() -> Calling) -> Result<T, E>
where
    Calling: Future<Output = Result<T, E>>,
{
    let since = Since::now();
    match call().await {
        Err(_) if limit.is_some_and(|limit| since.is_beyond(limit)) => call().await,
        answer => answer,
    }
}
