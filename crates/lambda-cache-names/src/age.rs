//! Validation of numbers of seconds as ages.

use std::fmt;

/// The error for a number of seconds that is not an age.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NotAnAge {
    option: &'static str,
    seconds: f64,
}

/// The option for the maximum age.
pub const MAX_AGE: &str = "max_age_in_seconds";
/// The option for the additional age that is accepted if a refresh fails.
pub const STALE_IF_ERROR: &str = "stale_if_error_in_seconds";

/// Rejects a number that is not zero or positive. `option` is the name of the option.
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
