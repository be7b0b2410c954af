//! Numbers of seconds that can be an age.

use std::fmt;

/// Why a number of seconds is no age.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NotAnAge {
    option: &'static str,
    seconds: f64,
}

/// What a number of seconds is for: it has a name and a meaning of its own.
pub const MAX_AGE: &str = "max_age_in_seconds";
/// The same for how much older a value may be where its refresh fails.
pub const STALE_IF_ERROR: &str = "stale_if_error_in_seconds";

/// Refuses what is no number from 0 up. `option` is what the number was given as.
///
/// # Errors
/// [`NotAnAge`] for a negative number or NaN.
pub fn check(option: &'static str, seconds: f64) -> Result<(), NotAnAge> {
    if seconds.is_nan() || seconds < 0.0 { Err(NotAnAge { option, seconds }) } else { Ok(()) }
}

impl fmt::Display for NotAnAge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { option, seconds } = self;
        let meaning = match *option {
            MAX_AGE => "0 always fetches, infinity never again",
            _ => "0 serves nothing that is too old",
        };
        write!(f, "{option} must be a number from 0 up ({meaning}), given: {seconds}")
    }
}

impl std::error::Error for NotAnAge {}
