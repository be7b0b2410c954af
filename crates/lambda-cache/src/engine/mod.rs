//! The cache itself: keys, entries, ages and single flight. It does not know AWS.

mod cache;
pub mod chance;
mod clock;
mod counts;
mod entry;
mod flight;
mod key;
mod max_age;
mod policy;
mod pulse;
mod slot;
mod slots;
mod tenant;
mod together;
mod trouble;

pub use cache::Engine;
pub use clock::{Age, Clock, ManualClock, Moment, Stopwatch};
pub use counts::{Counted, Counts};
pub use entry::{Entry, Fetched, Freshness, Held, Served};
pub use key::{Identity, Key};
pub use max_age::MaxAge;
pub use policy::Policy;
pub use slot::Slot;
pub use together::Together;
