//! Detection of processes that were suspended during a call. Lambda freezes a process when an invocation ends,
//! whatever it is doing.
//!
//! After that, every timeout has passed, connections are closed, and a signed request may be too old to be sent. A
//! call that failed because of this is repeated with a new signature.

use std::{future::Future, time::Duration};

use crate::engine::{Clock, Moment};

/// The delay that a busy machine may add to a limit before it counts as a freeze.
const SLACK: Duration = Duration::from_secs(1);

/// The start of an operation, for detecting a freeze during it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Since(Moment);

impl Since {
    pub(super) fn now() -> Self {
        Self(Clock::System.now())
    }

    /// Returns `true` if more time has passed than an operation with this `limit` can have taken.
    pub(super) fn is_beyond(self, limit: Duration) -> bool {
        let limit_ns = u64::try_from(limit.saturating_add(SLACK).as_nanos()).unwrap_or(u64::MAX);
        Clock::System.age(self.0, Clock::System.now()).as_nanos() > limit_ns
    }
}

/// Returns the result of `call`, which takes at most `limit`. If the process was frozen in the meantime, the call is
/// repeated. Without a limit this cannot be detected.
pub(super) async fn retry_if_frozen<T, E, Calling>(limit: Option<Duration>, call: impl Fn() -> Calling) -> Result<T, E>
where
    Calling: Future<Output = Result<T, E>>,
{
    let since = Since::now();
    match call().await {
        Err(_) if limit.is_some_and(|limit| since.is_beyond(limit)) => call().await,
        answer => answer,
    }
}
