use std::time::Duration;

use lambda_cache_names::age::{self, NotAnAge};

use super::clock::Age;

/// The maximum age of a fresh value. A value is fresh if `age < max_age`, so with zero every call fetches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MaxAge(u64);

impl MaxAge {
    /// One minute.
    pub const DEFAULT: Self = Self(60_000_000_000);
    /// Zero: every call fetches.
    pub const ZERO: Self = Self(0);
    /// Infinity: a value never expires.
    pub const INFINITE: Self = Self(u64::MAX);

    /// Converts a number of seconds from zero to infinity. More than 584 years count as infinity.
    ///
    /// # Errors
    /// [`NotAnAge`] for a negative number or NaN.
    pub fn from_seconds(seconds: f64) -> Result<Self, NotAnAge> {
        Self::from_option(age::MAX_AGE, seconds)
    }

    /// Converts a number of seconds that was given as the option `option`.
    ///
    /// # Errors
    /// [`NotAnAge`] for a negative number or NaN.
    pub fn from_option(option: &'static str, seconds: f64) -> Result<Self, NotAnAge> {
        age::check(option, seconds)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above; `as` saturates")]
        let nanoseconds = (seconds * 1e9) as u64;
        Ok(Self(nanoseconds))
    }

    /// Creates a max age of this many nanoseconds.
    #[must_use]
    pub const fn from_nanos(nanoseconds: u64) -> Self {
        Self(nanoseconds)
    }

    /// Returns the age in nanoseconds, of which the greatest number is infinity.
    #[must_use]
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Returns the sum of both.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Returns a fraction of it, given in units of 2^-32. An infinite max age stays infinite.
    #[must_use]
    pub fn scaled(self, of_2_to_32: u32) -> Self {
        let part = (u128::from(self.0) * u128::from(of_2_to_32)) >> 32;
        if self == Self::INFINITE { self } else { Self(u64::try_from(part).unwrap_or(u64::MAX)) }
    }

    /// Returns `true` if a value of this age is fresh.
    #[inline]
    #[must_use]
    pub fn allows(self, age: Age) -> bool {
        age.as_nanos() < self.0
    }
}

impl From<Duration> for MaxAge {
    fn from(duration: Duration) -> Self {
        Self(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_non_negative_number_is_an_age() {
        assert_eq!(MaxAge::from_seconds(60.0).unwrap(), MaxAge::DEFAULT);
        assert_eq!(MaxAge::from_seconds(0.0).unwrap(), MaxAge::ZERO);
        assert_eq!(MaxAge::from_seconds(-0.0).unwrap(), MaxAge::ZERO);
        assert_eq!(MaxAge::from_seconds(0.25).unwrap(), MaxAge::from(Duration::from_millis(250)));
        assert_eq!(MaxAge::from_seconds(f64::INFINITY).unwrap(), MaxAge::INFINITE);
        assert_eq!(MaxAge::from_seconds(1e300).unwrap(), MaxAge::INFINITE);
    }

    #[test]
    fn other_numbers_are_rejected() {
        for seconds in [-1.0, -f64::MIN_POSITIVE, f64::NEG_INFINITY, f64::NAN] {
            let message = MaxAge::from_seconds(seconds).unwrap_err().to_string();
            assert!(message.contains("from 0 up"), "{message}");
        }
    }

    #[test]
    fn a_share_of_a_finite_max_age() {
        assert_eq!(MaxAge::DEFAULT.scaled(1 << 31), MaxAge::from(Duration::from_secs(30)));
        assert_eq!(MaxAge::ZERO.scaled(u32::MAX), MaxAge::ZERO);
        assert_eq!(MaxAge::INFINITE.scaled(1), MaxAge::INFINITE);
    }

    #[test]
    fn an_unknown_age_is_never_fresh() {
        assert!(!MaxAge::INFINITE.allows(Age::UNKNOWN));
    }
}
