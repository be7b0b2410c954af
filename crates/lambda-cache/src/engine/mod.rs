//! The cache itself: keys, entries, ages and single flight. It does not know AWS.

mod backoff;
mod cache;
mod clock;
mod counts;
mod entry;
mod fetch;
mod flight;
mod key;
mod max_age;
pub mod observe;
mod policy;
mod poll_counter;
pub mod rng;
mod running_fetch;
mod slot;
mod slot_group;
mod slots;

pub use cache::Engine;
pub use clock::{Age, Clock, ManualClock, Moment, Stopwatch};
pub use counts::{Counted, Counts};
pub use entry::{CacheValue, Entry, Fetched, Freshness, Served};
pub use key::{Identity, Key};
pub use max_age::MaxAge;
pub use policy::Policy;
pub use slot::Slot;
pub use slot_group::SlotGroup;
