//! The ages that one caller accepts. A caller inherits the options that it does not set from the cache.

use crate::{
    Error, ErrorKind,
    engine::{MaxAge, Policy},
};

/// Converts a number of seconds that was given as the option `option`.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for a negative number or NaN.
pub fn age(option: &'static str, seconds: f64) -> Result<MaxAge, Error> {
    MaxAge::from_option(option, seconds).map_err(|error| Error::new(ErrorKind::InvalidArgument, error.to_string()))
}

/// The ages that a caller accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FreshnessOptions {
    /// The maximum age of a fresh value.
    pub max_age: Setting,
    /// The additional age that is accepted if a refresh fails transiently.
    pub stale_if_error: Setting,
}

/// An age that is set or inherited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Setting {
    /// Inherits the age of the cache.
    #[default]
    Inherit,
    /// Uses this age.
    Fixed(MaxAge),
    /// Uses the smaller of this age and the cache's default: two decorators share an entry and only one of them set
    /// an age.
    AtMost(MaxAge),
}

impl FreshnessOptions {
    /// Returns the stricter of two in each respect.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { max_age: self.max_age.and(other.max_age), stale_if_error: self.stale_if_error.and(other.stale_if_error) }
    }
}

impl Setting {
    /// Returns the age. `default`, the age of the cache, is evaluated only if it matters.
    pub(crate) fn or<E>(self, default: impl FnOnce() -> Result<MaxAge, E>) -> Result<MaxAge, E> {
        match self {
            Self::Inherit => default(),
            Self::Fixed(age) => Ok(age),
            Self::AtMost(age) => Ok(age.min(default()?)),
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Inherit, Self::Inherit) => Self::Inherit,
            (Self::Fixed(one), Self::Fixed(other)) => Self::Fixed(one.min(other)),
            (Self::Inherit, Self::Fixed(age) | Self::AtMost(age))
            | (Self::Fixed(age) | Self::AtMost(age), Self::Inherit) => Self::AtMost(age),
            (Self::Fixed(one) | Self::AtMost(one), Self::Fixed(other) | Self::AtMost(other)) => {
                Self::AtMost(one.min(other))
            }
        }
    }
}

impl From<Option<MaxAge>> for Setting {
    fn from(given: Option<MaxAge>) -> Self {
        given.map_or(Self::Inherit, Self::Fixed)
    }
}

impl From<Policy> for FreshnessOptions {
    fn from(policy: Policy) -> Self {
        Self { max_age: Setting::Fixed(policy.max_age), stale_if_error: Setting::Fixed(policy.stale_if_error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stricter_of_two_ages_wins_with_any_default() {
        let [short, medium, long] = [10, 20, 30].map(MaxAge::from_nanos);
        for (one, other, default, expected) in [
            (Setting::Inherit, Setting::Inherit, medium, medium),
            (Setting::Fixed(long), Setting::Inherit, medium, medium),
            (Setting::Inherit, Setting::Fixed(short), medium, short),
            (Setting::Fixed(long), Setting::Fixed(medium), short, medium),
            (Setting::AtMost(long), Setting::Fixed(medium), short, short),
            (Setting::AtMost(long), Setting::Inherit, medium, medium),
        ] {
            for both in [one.and(other), other.and(one)] {
                assert_eq!(both.or(|| Ok::<_, ()>(default)), Ok(expected), "{one:?} and {other:?}, else {default:?}");
            }
        }
    }

    #[test]
    fn the_default_is_read_only_if_no_age_is_set() {
        assert_eq!(Setting::Fixed(MaxAge::ZERO).or(|| Err(())), Ok(MaxAge::ZERO));
        assert_eq!(Setting::Inherit.or(|| Err(())), Err(()));
    }
}
