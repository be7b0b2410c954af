use std::{fmt, sync::Arc, time::Duration};

use super::{
    clock::{Age, Clock, Moment},
    key::Key,
    max_age::MaxAge,
};
use crate::Error;

/// The requirements on a cached value.
pub trait CacheValue: Send + Sync + 'static {
    /// Returns `true` if the value is unchanged since it was fetched. A file can be changed without the cache's
    /// knowledge.
    fn is_intact(&self) -> bool {
        true
    }
}

/// A value and the time at which its fetch began.
pub struct Entry<V> {
    /// The value as fetched.
    pub value: V,
    /// The start of the fetch. The value may be as old as that, but not older.
    pub began: Moment,
    /// The time at which the value expires regardless of its age, in nanoseconds since the Unix epoch.
    until_wall_ns: u64,
    /// The ticket of the flight that fetched it, or 0 if it was not fetched by a flight of this cache.
    pub(super) ticket: u64,
}

impl<V: CacheValue> Entry<V> {
    /// Creates an entry from the result of the flight with this ticket, which began at `began`.
    pub(super) fn of(fetched: Fetched<V>, ticket: u64, began: Moment) -> Self {
        let (value, began, ticket, until_wall_ns) = match fetched {
            Fetched::Now(value) => (value, began, ticket, u64::MAX),
            Fetched::Until(value, until_wall_ns) => (value, began, ticket, until_wall_ns),
            Fetched::Then(value, began) => (value, began, 0, u64::MAX),
            Fetched::ThenUntil(value, began, until_wall_ns) => (value, began, 0, until_wall_ns),
        };
        Self { value, began, until_wall_ns, ticket }
    }

    /// Returns the time at which the value expires regardless of its age, in nanoseconds since the Unix epoch, if there
    /// is one.
    pub fn until_wall_ns(&self) -> Option<u64> {
        Some(self.until_wall_ns).filter(|until| *until != u64::MAX)
    }

    /// Returns `true` if the value is valid at `now`. Its age is not considered.
    #[inline]
    pub(super) fn is_valid(&self, now: Moment) -> bool {
        now.wall_ns < self.until_wall_ns && self.value.is_intact()
    }
}

/// Shows only the start of the fetch, because values are secrets.
impl<V> fmt::Debug for Entry<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("began", &self.began).finish_non_exhaustive()
    }
}

/// An entry as returned to a caller.
pub struct Served<V> {
    /// The entry.
    pub entry: Arc<Entry<V>>,
    /// The error of the refresh, if the entry is older than the caller's max age.
    pub stale: Option<Error>,
}

impl<V> Served<V> {
    /// Returns the warning about a stale value, or `None` if the entry is fresh.
    #[must_use]
    pub fn stale_warning<'a>(&'a self, key: &'a Key, clock: &Clock) -> Option<StaleWarning<'a>> {
        let error = self.stale.as_ref()?;
        let age = Duration::from_nanos(clock.age(self.entry.began, clock.now()).as_nanos());
        Some(StaleWarning { key, age, error })
    }
}

/// A warning that a stale value is served, with the error of the refresh.
#[derive(Debug)]
pub struct StaleWarning<'a> {
    key: &'a Key,
    pub(super) age: Duration,
    pub(super) error: &'a Error,
}

impl fmt::Display for StaleWarning<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, age, error } = self;
        write!(f, "serving a value of {key} that is {} s old, because its refresh failed: {error}", age.as_secs())
    }
}

/// Shows everything except the value, which may be a secret.
impl<V> fmt::Debug for Served<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Served").field("entry", &self.entry).field("stale", &self.stale).finish()
    }
}

/// The result of a fetch.
pub enum Fetched<V> {
    /// A value read after the fetch began.
    Now(V),
    /// A value read after the fetch began that expires at this time, in nanoseconds since the Unix epoch.
    Until(V, u64),
    /// A value of another fetch, which began at this moment. An example is a file that another process downloaded.
    Then(V, Moment),
    /// A value of another fetch, which began at this moment, with the time at which it expires.
    ThenUntil(V, Moment, u64),
}

/// Shows the variant and its time, but not the value, which may be a secret.
impl<V> fmt::Debug for Fetched<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Now(_) => f.write_str("Now(..)"),
            Self::Until(_, until_wall_ns) => write!(f, "Until(.., {until_wall_ns})"),
            Self::Then(_, began) => write!(f, "Then(.., {began:?})"),
            Self::ThenUntil(_, began, until_wall_ns) => write!(f, "ThenUntil(.., {began:?}, {until_wall_ns})"),
        }
    }
}

/// Decides whether a moment is recent enough for the caller, at the time of the question.
#[derive(Clone, Copy, Debug)]
pub struct Freshness<'a> {
    clock: &'a Clock,
    max_age: MaxAge,
}

impl<'a> Freshness<'a> {
    /// Creates the check for a caller that accepts `max_age`, with the time of `clock`.
    #[must_use]
    pub fn new(clock: &'a Clock, max_age: MaxAge) -> Self {
        Self { clock, max_age }
    }

    /// Returns `true` if a fetch that began at `began` is fresh.
    #[must_use]
    pub fn allows(&self, began: Moment) -> bool {
        self.max_age.allows(self.clock.age(began, self.clock.now()))
    }

    /// Returns the max age.
    #[must_use]
    pub fn max_age(&self) -> MaxAge {
        self.max_age
    }

    /// Returns the greatest possible time since a moment.
    #[must_use]
    pub fn age(&self, since: Moment) -> Age {
        self.clock.age(since, self.clock.now())
    }

    /// Returns the present moment.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.clock.now()
    }
}
