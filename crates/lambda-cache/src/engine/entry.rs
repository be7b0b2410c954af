use std::{fmt, sync::Arc};

use super::{
    clock::{Clock, Moment},
    max_age::MaxAge,
};
use crate::Error;

/// What an entry's value must be able to say of itself.
pub trait Held: Send + Sync + 'static {
    /// Whether the value is still what was fetched; a file can be changed behind the cache's back.
    fn is_intact(&self) -> bool {
        true
    }
}

/// A value, and when its fetch began.
pub struct Entry<V> {
    /// The value as fetched.
    pub value: V,
    /// When the fetch began: the value may be as old as that, not younger.
    pub began: Moment,
    /// When it ends, whatever its age: nanoseconds since the Unix epoch.
    until_wall_ns: u64,
    /// The flight that fetched it; 0 where no flight of this cache did.
    pub(super) ticket: u64,
}

impl<V: Held> Entry<V> {
    /// What the flight with this ticket, which began then, brought.
    pub(super) fn of(fetched: Fetched<V>, ticket: u64, began: Moment) -> Self {
        let (value, began, ticket, until_wall_ns) = match fetched {
            Fetched::Now(value) => (value, began, ticket, u64::MAX),
            Fetched::Until(value, until_wall_ns) => (value, began, ticket, until_wall_ns),
            Fetched::Then(value, began) => (value, began, 0, u64::MAX),
        };
        Self { value, began, until_wall_ns, ticket }
    }

    /// Whether the value is still good at `now`, its age apart.
    #[inline]
    pub(super) fn is_good(&self, now: Moment) -> bool {
        now.wall_ns < self.until_wall_ns && self.value.is_intact()
    }
}

/// Values are secrets: only the age shows.
impl<V> fmt::Debug for Entry<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("began", &self.began).finish_non_exhaustive()
    }
}

/// An entry that a caller gets.
pub struct Served<V> {
    /// The entry.
    pub entry: Arc<Entry<V>>,
    /// Why it could not be refreshed, where it is older than the caller's max age.
    pub stale: Option<Error>,
}

/// Values are secrets: only the age shows.
impl<V> fmt::Debug for Served<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Served").field("entry", &self.entry).field("stale", &self.stale).finish()
    }
}

/// What a fetch came back with.
pub enum Fetched<V> {
    /// The value as it was at some time after the fetch began.
    Now(V),
    /// The same, of a value that is known to end at this time of the wall clock, in nanoseconds since the Unix epoch.
    Until(V, u64),
    /// A value that somebody else fetched, in a fetch that began then.
    Then(V, Moment),
}

/// Values are secrets: only which of the two shows.
impl<V> fmt::Debug for Fetched<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Now(_) => f.write_str("Now(..)"),
            Self::Until(_, until_wall_ns) => write!(f, "Until(.., {until_wall_ns})"),
            Self::Then(_, began) => write!(f, "Then(.., {began:?})"),
        }
    }
}

/// Judges whether something that began at some moment is young enough for the caller, now.
#[derive(Clone, Copy, Debug)]
pub struct Freshness<'a> {
    clock: &'a Clock,
    max_age: MaxAge,
}

impl<'a> Freshness<'a> {
    /// Freshness by `clock` for a caller that accepts `max_age`.
    #[must_use]
    pub fn new(clock: &'a Clock, max_age: MaxAge) -> Self {
        Self { clock, max_age }
    }

    /// Whether what began then is fresh.
    #[must_use]
    pub fn allows(&self, began: Moment) -> bool {
        self.max_age.allows(self.clock.age(began, self.clock.now()))
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.clock.now()
    }
}
