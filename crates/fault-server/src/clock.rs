//! The only file that reads the time of day.

use std::time::SystemTime;

/// What a signature's age is measured against.
#[expect(clippy::disallowed_methods, reason = "a server judges signatures by the time of day, as AWS does")]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}
