//! What ages a caller accepts, as far as he says so; the rest is the cache's to say.

use crate::engine::{MaxAge, Policy};

/// What ages a caller accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ages {
    /// The oldest age that is fresh.
    pub max_age: Said,
    /// How much older a value may be where its refresh fails transiently.
    pub stale_if_error: Said,
}

/// An age that was given, or was not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Said {
    /// Whatever the cache's is.
    #[default]
    Nothing,
    /// This one.
    Just(MaxAge),
    /// This one, or the cache's where that is less: two who want one entry, of whom one gave an age.
    AtMost(MaxAge),
}

impl Ages {
    /// The stricter of two, in either regard.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { max_age: self.max_age.and(other.max_age), stale_if_error: self.stale_if_error.and(other.stale_if_error) }
    }
}

impl Said {
    /// The age, where the cache's is only asked for if it matters.
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
    fn of_two_the_stricter_counts_whatever_the_cache_says() {
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
    fn the_cache_is_asked_only_where_nothing_is_said() {
        assert_eq!(Said::Just(MaxAge::ZERO).or(|| Err(())), Ok(MaxAge::ZERO));
        assert_eq!(Said::Nothing.or(|| Err(())), Err(()));
    }
}
