//! The ages that one caller accepts. Ages that the caller does not set are inherited from the cache.

use crate::engine::{MaxAge, Policy};

/// The ages that a caller accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ages {
    /// The maximum age of a fresh value.
    pub max_age: Said,
    /// The additional age that is accepted if a refresh fails transiently.
    pub stale_if_error: Said,
}

/// An age that is set or inherited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Said {
    /// Inherits the age of the cache.
    #[default]
    Nothing,
    /// Uses this age.
    Just(MaxAge),
    /// Uses the smaller of this age and the cache's default: two decorators share an entry and only one of them set
    /// an age.
    AtMost(MaxAge),
}

impl Ages {
    /// Returns the stricter of two in each respect.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { max_age: self.max_age.and(other.max_age), stale_if_error: self.stale_if_error.and(other.stale_if_error) }
    }
}

impl Said {
    /// Returns the age. `default`, the age of the cache, is evaluated only if it matters.
    pub(crate) fn or<E>(self, default: impl FnOnce() -> Result<MaxAge, E>) -> Result<MaxAge, E> {
        match self {
            Self::Nothing => default(),
            Self::Just(age) => Ok(age),
            Self::AtMost(age) => Ok(age.min(default()?)),
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, Self::Nothing) => Self::Nothing,
            (Self::Just(one), Self::Just(other)) => Self::Just(one.min(other)),
            (Self::Nothing, Self::Just(age) | Self::AtMost(age))
            | (Self::Just(age) | Self::AtMost(age), Self::Nothing) => Self::AtMost(age),
            (Self::Just(one) | Self::AtMost(one), Self::Just(other) | Self::AtMost(other)) => {
                Self::AtMost(one.min(other))
            }
        }
    }
}

impl From<Option<MaxAge>> for Said {
    fn from(given: Option<MaxAge>) -> Self {
        given.map_or(Self::Nothing, Self::Just)
    }
}

impl From<Policy> for Ages {
    fn from(policy: Policy) -> Self {
        Self { max_age: Said::Just(policy.max_age), stale_if_error: Said::Just(policy.stale_if_error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stricter_of_two_ages_wins_with_any_default() {
        let [short, medium, long] = [10, 20, 30].map(MaxAge::from_nanos);
        for (one, other, default, expected) in [
            (Said::Nothing, Said::Nothing, medium, medium),
            (Said::Just(long), Said::Nothing, medium, medium),
            (Said::Nothing, Said::Just(short), medium, short),
            (Said::Just(long), Said::Just(medium), short, medium),
            (Said::AtMost(long), Said::Just(medium), short, short),
            (Said::AtMost(long), Said::Nothing, medium, medium),
        ] {
            for both in [one.and(other), other.and(one)] {
                assert_eq!(both.or(|| Ok::<_, ()>(default)), Ok(expected), "{one:?} and {other:?}, else {default:?}");
            }
        }
    }

    #[test]
    fn the_default_is_read_only_if_no_age_is_set() {
        assert_eq!(Said::Just(MaxAge::ZERO).or(|| Err(())), Ok(MaxAge::ZERO));
        assert_eq!(Said::Nothing.or(|| Err(())), Err(()));
    }
}
