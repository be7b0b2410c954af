//! The cache itself: keys, entries, ages and one fetch at a time. It knows nothing of AWS.

pub mod clock;
pub mod entry;
mod flight;
pub mod key;
pub mod max_age;
mod slot;

mod cache;

pub use cache::Engine;
pub use clock::{Clock, ManualClock, Moment};
pub use entry::{Entry, Fetched, Freshness, Held};
pub use key::Key;
pub use max_age::MaxAge;
pub use slot::Slot;
