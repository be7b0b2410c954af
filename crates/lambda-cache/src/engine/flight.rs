//! Single flight: at most one fetch of a key at a time, its outcome shared by those it is young enough for.

use std::sync::{Arc, PoisonError};

use tokio::sync::watch;

use super::{
    clock::{Clock, Moment},
    entry::Entry,
    max_age::MaxAge,
};
use crate::{
    Error,
    sync::{Mutex, MutexGuard},
};

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
}

impl<V> Clone for Flight<V> {
    fn clone(&self) -> Self {
        Self { ticket: self.ticket, began: self.began, outcome: self.outcome.clone() }
    }
}

impl<V> Flight<V> {
    /// Waits for the flight's end; `None` where its leader gave up (deadline, cancellation, panic).
    pub(super) async fn outcome(mut self) -> Option<Outcome<V>> {
        let ended = self.outcome.wait_for(Option::is_some).await.ok()?;
        ended.clone()
    }
}

/// The place of the one flight that a key may have.
pub(super) struct Runway<V>(Mutex<Place<V>>);

struct Place<V> {
    flight: Option<Flight<V>>,
    /// Flights up to this ticket bring nothing that may be kept: the key was invalidated since.
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
        place.flight = Some(Flight { ticket, began, outcome });
        Boarding::Lead(Lead { runway: self, announce, ticket, began })
    }

    /// Invalidates what every flight up to this ticket brings, or brought.
    pub(super) fn forbid(&self, ticket: u64) {
        self.place().forbidden = ticket;
    }

    /// Whether what the flight with this ticket brings was invalidated.
    pub(super) fn forbids(&self, ticket: u64) -> bool {
        self.place().forbids(ticket)
    }

    fn clear(&self) {
        self.place().flight = None;
    }

    fn place(&self) -> MutexGuard<'_, Place<V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to fetch. Dropped without [`land`](Self::land), it passes to a waiter.
pub(super) struct Lead<'a, V> {
    runway: &'a Runway<V>,
    announce: watch::Sender<Option<Outcome<V>>>,
    pub(super) ticket: u64,
    pub(super) began: Moment,
}

impl<V> Lead<'_, V> {
    /// Ends the flight and gives its outcome to those who wait.
    pub(super) fn land(self, outcome: Outcome<V>) {
        // The runway must be clear before anybody wakes: a waiter that this outcome is too old for leads the next.
        self.runway.clear();
        self.announce.send_replace(Some(outcome));
    }
}

impl<V> Drop for Lead<'_, V> {
    fn drop(&mut self) {
        if self.announce.borrow().is_none() {
            self.runway.clear(); // the sender goes with this value, which wakes the waiters
        }
    }
}
