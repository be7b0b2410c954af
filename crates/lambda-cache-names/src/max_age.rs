//! Numbers of seconds that can be a max age.

use std::fmt;

/// Why a number of seconds is no max age.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NotAMaxAge(f64);

/// Refuses what is no number from 0 up.
///
/// # Errors
/// [`NotAMaxAge`] for a negative number or NaN.
pub fn check(seconds: f64) -> Result<(), NotAMaxAge> {
    if seconds.is_nan() || seconds < 0.0 { Err(NotAMaxAge(seconds)) } else { Ok(()) }
}

impl fmt::Display for NotAMaxAge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "max_age_in_seconds must be a number from 0 up (0 always fetches, infinity never again), given: {}",
            self.0
        )
    }
}

impl std::error::Error for NotAMaxAge {}
