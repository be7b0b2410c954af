//! Single flight: at most one fetch per key at a time. Its outcome is shared with every caller that it is recent
//! enough for.
//!
//! The leader's future *is* the fetch, so a fetch makes progress only while that future is polled. A leader may keep
//! its future without polling it (`select!` on `&mut`, a runtime that is not driven). The waiting callers detect
//! that: they wake the leader, and take the lead over if it is still not polled.

use std::{
    pin::pin,
    sync::{Arc, PoisonError},
    time::Duration,
};

use futures_util::future::{Either, select};
use tokio::sync::watch;

use super::{
    clock::{Clock, Moment},
    entry::Entry,
    max_age::MaxAge,
    poll_counter::PollCounter,
};
use crate::{
    Error,
    runtime::sync::{Mutex, MutexGuard, sleep},
};

/// The time a leader may go without being polled after it was woken, before it loses the lead. It is also the delay
/// before the first wake-up, so that a quicker fetch has no extra cost.
const STUCK_AFTER: Duration = Duration::from_secs(1);

pub(super) type Outcome<V> = Result<Arc<Entry<V>>, Error>;

/// A call for a value, with its time and its position in the order of events.
///
/// The order is a counter, because two readings of a coarse clock may be equal and two tickets never are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pub(super) ticket: u64,
    pub(super) made: Moment,
    pub(super) max_age: MaxAge,
}

impl Call {
    /// Returns `true` if a fetch with this start is recent enough for this call: it began after the call, or within
    /// the call's max age before it.
    pub(super) fn accepts(&self, clock: &Clock, ticket: u64, began: Moment) -> bool {
        ticket > self.ticket || self.max_age.allows(clock.age(began, self.made))
    }
}

/// A fetch in progress.
pub(super) struct Flight<V> {
    pub(super) ticket: u64,
    pub(super) began: Moment,
    outcome: watch::Receiver<Option<Outcome<V>>>,
    polls: Arc<PollCounter>,
}

impl<V> Clone for Flight<V> {
    fn clone(&self) -> Self {
        let (outcome, polls) = (self.outcome.clone(), Arc::clone(&self.polls));
        Self { ticket: self.ticket, began: self.began, outcome, polls }
    }
}

/// The result of waiting for a flight.
pub(super) enum Ended<V> {
    /// The fetch has completed with this outcome.
    Completed(Outcome<V>),
    /// The leader dropped the fetch because of a deadline, a cancellation or a panic.
    Abandoned,
    /// The leader keeps the future of the fetch without polling it.
    Stuck,
}

impl<V> Flight<V> {
    /// Waits until the flight has ended or its leader turns out to be stuck.
    pub(super) async fn ended(mut self) -> Ended<V> {
        let polls = self.polls;
        let mut outcome = pin!(async {
            let ended = self.outcome.wait_for(Option::is_some).await.ok()?;
            ended.clone()
        });
        let mut polls_when_woken = None;
        loop {
            match select(outcome.as_mut(), sleep(STUCK_AFTER)).await {
                Either::Left((Some(outcome), _)) => return Ended::Completed(outcome),
                Either::Left((None, _)) => return Ended::Abandoned,
                Either::Right(((), _)) => {}
            }
            let count = polls.count();
            if polls_when_woken == Some(count) {
                return Ended::Stuck;
            }
            polls_when_woken = Some(count);
            polls.wake();
        }
    }
}

/// The single-flight state of a key.
pub(super) struct SingleFlight<V>(Mutex<State<V>>);

struct State<V> {
    flight: Option<Flight<V>>,
    /// The outcome of a flight up to this ticket must not be stored: either the key was invalidated after it began,
    /// or a later flight that took the lead over has already stored its outcome.
    invalidated_up_to: u64,
}

impl<V> Default for SingleFlight<V> {
    fn default() -> Self {
        Self(Mutex::new(State { flight: None, invalidated_up_to: 0 }))
    }
}

/// The role of a caller in the flight of its key.
pub(super) enum FlightRole<'a, V> {
    /// The caller leads a new flight.
    Leader(LeaderGuard<'a, V>),
    /// A flight is in progress. `is_valid` is false if the key was invalidated after it began.
    Follower { flight: Flight<V>, is_valid: bool },
}

impl<V> State<V> {
    fn is_invalidated(&self, ticket: u64) -> bool {
        ticket <= self.invalidated_up_to
    }
}

impl<V> SingleFlight<V> {
    /// Starts a flight, unless one is in progress. `start` returns its ticket and moment.
    pub(super) fn join(&self, start: impl FnOnce() -> (u64, Moment)) -> FlightRole<'_, V> {
        let mut state = self.state();
        if let Some(flight) = &state.flight {
            return FlightRole::Follower { flight: flight.clone(), is_valid: !state.is_invalidated(flight.ticket) };
        }
        let (ticket, began) = start();
        let (announce, outcome) = watch::channel(None);
        let polls = Arc::new(PollCounter::default());
        state.flight = Some(Flight { ticket, began, outcome, polls: Arc::clone(&polls) });
        FlightRole::Leader(LeaderGuard { single_flight: self, announce, polls, ticket, began })
    }

    /// Takes the lead from the flight with this ticket if it still has it. The next caller becomes the
    /// leader.
    pub(super) fn take_over(&self, ticket: u64) {
        self.clear(ticket);
    }

    /// Invalidates the outcomes of all flights up to this ticket.
    pub(super) fn invalidate_up_to(&self, ticket: u64) {
        let mut state = self.state();
        state.invalidated_up_to = state.invalidated_up_to.max(ticket);
    }

    /// Returns `true` if the outcome of the flight with this ticket was invalidated.
    pub(super) fn is_invalidated(&self, ticket: u64) -> bool {
        self.state().is_invalidated(ticket)
    }

    /// Ends the flight with this ticket, unless another one has replaced it.
    fn clear(&self, ticket: u64) {
        self.state().flight.take_if(|flight| flight.ticket == ticket);
    }

    fn state(&self) -> MutexGuard<'_, State<V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to fetch. If it is dropped without [`complete`](Self::complete), a waiter becomes the leader.
pub(super) struct LeaderGuard<'a, V> {
    single_flight: &'a SingleFlight<V>,
    announce: watch::Sender<Option<Outcome<V>>>,
    polls: Arc<PollCounter>,
    pub(super) ticket: u64,
    pub(super) began: Moment,
}

impl<V> LeaderGuard<'_, V> {
    /// Runs the fetch and counts its polls, so that waiting callers can detect that it is stuck.
    pub(super) async fn run<T>(&self, fetch: impl Future<Output = T>) -> T {
        self.polls.count_polls(fetch).await
    }

    /// Ends the flight and passes its outcome to the waiting callers.
    pub(super) fn complete(self, outcome: Outcome<V>) {
        // End the flight before anything wakes: a waiter that considers this outcome too old leads the next flight.
        self.single_flight.clear(self.ticket);
        self.announce.send_replace(Some(outcome));
    }
}

impl<V> Drop for LeaderGuard<'_, V> {
    fn drop(&mut self) {
        if self.announce.borrow().is_none() {
            self.single_flight.clear(self.ticket); // the sender goes with this value, which wakes the waiters
        }
    }
}
