//! Single flight: at most one fetch of a key at a time, its outcome shared by those it is young enough for.
//!
//! The leader's future *is* the fetch, so a fetch goes on only while that future is polled. A leader that keeps its
//! future and does not poll it (`select!` on `&mut`, a runtime that is not driven) is found out by the callers that wait: they wake
//! it, and take the lead over if it is not polled for all that.

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
    pulse::Pulse,
};
use crate::{
    Error,
    sync::{Mutex, MutexGuard, sleep},
};

/// How long a leader may go without being polled after it was woken, before it loses the lead. Also the time until it is
/// woken for the first time, so that a fetch that is quicker costs nothing more.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) type Outcome<V> = Result<Arc<Entry<V>>, Error>;

/// One call for a value: when it was made, in time and in order.
///
/// Order is counted, not timed: two moments of a coarse clock may look alike, two tickets never do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pub(super) ticket: u64,
    pub(super) made: Moment,
    pub(super) max_age: MaxAge,
}

impl Call {
    /// Whether a fetch that began so is young enough for this call: begun after it, or within its max age before it.
    pub(super) fn accepts(&self, clock: &Clock, ticket: u64, began: Moment) -> bool {
        ticket > self.ticket || self.max_age.allows(clock.age(began, self.made))
    }
}

/// A fetch under way.
pub(super) struct Flight<V> {
    pub(super) ticket: u64,
    pub(super) began: Moment,
    outcome: watch::Receiver<Option<Outcome<V>>>,
    pulse: Arc<Pulse>,
}

impl<V> Clone for Flight<V> {
    fn clone(&self) -> Self {
        let (outcome, pulse) = (self.outcome.clone(), Arc::clone(&self.pulse));
        Self { ticket: self.ticket, began: self.began, outcome, pulse }
    }
}

/// How a wait for a flight ends.
pub(super) enum Ended<V> {
    /// The fetch came to this.
    Landed(Outcome<V>),
    /// Its leader gave up: deadline, cancellation, panic.
    Abandoned,
    /// Its leader keeps the future of the fetch and does not poll it.
    Stuck,
}

impl<V> Flight<V> {
    /// Waits for the flight's end, or until its leader turns out to be stuck.
    pub(super) async fn ended(mut self) -> Ended<V> {
        let pulse = self.pulse;
        let mut outcome = pin!(async {
            let ended = self.outcome.wait_for(Option::is_some).await.ok()?;
            ended.clone()
        });
        let mut beats_when_woken = None;
        loop {
            match select(outcome.as_mut(), sleep(PATIENCE)).await {
                Either::Left((Some(landed), _)) => return Ended::Landed(landed),
                Either::Left((None, _)) => return Ended::Abandoned,
                Either::Right(((), _)) => {}
            }
            let beats = pulse.beats();
            if beats_when_woken == Some(beats) {
                return Ended::Stuck;
            }
            beats_when_woken = Some(beats);
            pulse.wake();
        }
    }
}

/// The place of the one flight that a key may have.
pub(super) struct Runway<V>(Mutex<Place<V>>);

struct Place<V> {
    flight: Option<Flight<V>>,
    /// Flights up to this ticket bring nothing that may be kept: the key was invalidated since, or a later flight, which
    /// took the lead over, has brought its outcome already.
    forbidden: u64,
}

impl<V> Default for Runway<V> {
    fn default() -> Self {
        Self(Mutex::new(Place { flight: None, forbidden: 0 }))
    }
}

/// What a caller finds.
pub(super) enum Boarding<'a, V> {
    /// No flight: the caller leads one.
    Lead(Lead<'a, V>),
    /// A flight is under way; `is_valid` unless the key was invalidated since it began.
    UnderWay { flight: Flight<V>, is_valid: bool },
}

impl<V> Place<V> {
    fn forbids(&self, ticket: u64) -> bool {
        ticket <= self.forbidden
    }
}

impl<V> Runway<V> {
    /// Starts a flight, unless one is under way. `start` gives its ticket and moment.
    pub(super) fn board(&self, start: impl FnOnce() -> (u64, Moment)) -> Boarding<'_, V> {
        let mut place = self.place();
        if let Some(flight) = &place.flight {
            return Boarding::UnderWay { flight: flight.clone(), is_valid: !place.forbids(flight.ticket) };
        }
        let (ticket, began) = start();
        let (announce, outcome) = watch::channel(None);
        let pulse = Arc::new(Pulse::default());
        place.flight = Some(Flight { ticket, began, outcome, pulse: Arc::clone(&pulse) });
        Boarding::Lead(Lead { runway: self, announce, pulse, ticket, began })
    }

    /// Takes the lead from the flight with this ticket, if that still has it: who boards next leads.
    pub(super) fn take_over(&self, ticket: u64) {
        self.clear(ticket);
    }

    /// Invalidates what every flight up to this ticket brings, or brought.
    pub(super) fn forbid(&self, ticket: u64) {
        let mut place = self.place();
        place.forbidden = place.forbidden.max(ticket);
    }

    /// Whether what the flight with this ticket brings was invalidated.
    pub(super) fn forbids(&self, ticket: u64) -> bool {
        self.place().forbids(ticket)
    }

    /// Ends the flight with this ticket; another may have taken its place.
    fn clear(&self, ticket: u64) {
        self.place().flight.take_if(|flight| flight.ticket == ticket);
    }

    fn place(&self) -> MutexGuard<'_, Place<V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to fetch. Dropped without [`land`](Self::land), it passes to a waiter.
pub(super) struct Lead<'a, V> {
    runway: &'a Runway<V>,
    announce: watch::Sender<Option<Outcome<V>>>,
    pulse: Arc<Pulse>,
    pub(super) ticket: u64,
    pub(super) began: Moment,
}

impl<V> Lead<'_, V> {
    /// Runs the fetch, so that those who wait can see whether it is polled.
    pub(super) async fn run<T>(&self, fetch: impl Future<Output = T>) -> T {
        self.pulse.count_polls(fetch).await
    }

    /// Ends the flight and gives its outcome to those who wait.
    pub(super) fn land(self, outcome: Outcome<V>) {
        // The runway must be clear before anybody wakes: a waiter that this outcome is too old for leads the next.
        self.runway.clear(self.ticket);
        self.announce.send_replace(Some(outcome));
    }
}

impl<V> Drop for Lead<'_, V> {
    fn drop(&mut self) {
        if self.announce.borrow().is_none() {
            self.runway.clear(self.ticket); // the sender goes with this value, which wakes the waiters
        }
    }
}
