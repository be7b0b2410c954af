//! The only file that reads the time of day.

use std::time::SystemTime;

/// Returns the time that the age of a signature is computed with.
#[expect(clippy::disallowed_methods, reason = "a server judges signatures by the time of day, as AWS does")]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}
