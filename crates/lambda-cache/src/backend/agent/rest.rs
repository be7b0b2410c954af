use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::engine::{Freshness, MaxAge, Moment};

/// The time after a failure in which the agent is not asked.
const PAUSE: MaxAge = MaxAge::from_nanos(1_000_000_000);

/// The pause after a failure of the agent, and the warning about the first one.
#[derive(Default)]
pub(super) struct Rest(Mutex<State>);

#[derive(Default)]
struct State {
    /// The last failure or, after one, the last attempt.
    since: Option<Moment>,
    has_succeeded: bool,
    has_warned: bool,
    /// The warning that the caller's log has not got yet.
    warning: Option<String>,
}

/// A warning about the agent.
pub(super) struct Warning {
    pub(super) text: String,
    /// The value is true if it is said only about an agent that has answered before.
    pub(super) is_for_known: bool,
}

impl Rest {
    /// Returns `true` if the agent may be asked. After a failure it is asked by one caller a second.
    pub(super) fn allows(&self, freshness: Freshness<'_>) -> bool {
        let mut state = self.state();
        let Some(since) = state.since else { return true };
        if PAUSE.allows(freshness.age(since)) {
            return false;
        }
        state.since = Some(freshness.now());
        true
    }

    /// Ends the pause.
    pub(super) fn succeeded(&self) {
        let mut state = self.state();
        state.since = None;
        state.has_succeeded = true;
    }

    /// Begins a pause, and warns the first time.
    pub(super) fn failed(&self, now: Moment, warning: Warning) {
        let mut state = self.state();
        state.since = Some(now);
        if state.has_warned || (warning.is_for_known && !state.has_succeeded) {
            return;
        }
        state.has_warned = true;
        tracing::warn!("{}", warning.text);
        state.warning = Some(warning.text);
    }

    /// Returns the warning, once.
    pub(super) fn take_warning(&self) -> Option<String> {
        self.state().warning.take()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
