use super::{clock::Age, max_age::MaxAge};

/// What ages a caller accepts: fresh up to its max age, and so much more where a refresh fails for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The oldest age that is fresh.
    pub max_age: MaxAge,
    /// How much older a value may be where its refresh fails transiently.
    pub stale_if_error: MaxAge,
}

impl Policy {
    /// Fresh up to `max_age`, and nothing older.
    #[must_use]
    pub const fn fresh(max_age: MaxAge) -> Self {
        Self { max_age, stale_if_error: MaxAge::ZERO }
    }

    /// The stricter of two, in either regard.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { max_age: self.max_age.min(other.max_age), stale_if_error: self.stale_if_error.min(other.stale_if_error) }
    }

    /// Whether something of this age may be served where it cannot be refreshed.
    #[must_use]
    pub fn tolerates(self, age: Age) -> bool {
        self.stale_if_error > MaxAge::ZERO && self.max_age.plus(self.stale_if_error).allows(age)
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::fresh(MaxAge::DEFAULT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tolerated_is_younger_than_both_together_and_never_of_unknown_age() {
        let policy = Policy { max_age: MaxAge::from_nanos(10), stale_if_error: MaxAge::from_nanos(5) };
        assert!(policy.tolerates(Age::from_nanos(14)));
        assert!(!policy.tolerates(Age::from_nanos(15)));
        let endless = Policy { max_age: MaxAge::INFINITE, stale_if_error: MaxAge::INFINITE };
        assert!(endless.tolerates(Age::from_nanos(u64::MAX - 1)) && !endless.tolerates(Age::UNKNOWN));
        assert!(!Policy::fresh(MaxAge::INFINITE).tolerates(Age::from_nanos(0)), "by default nothing is");
    }

    #[test]
    fn two_together_are_the_stricter_in_either_regard() {
        let of =
            |max_age, stale| Policy { max_age: MaxAge::from_nanos(max_age), stale_if_error: MaxAge::from_nanos(stale) };
        assert_eq!(of(10, 5).and(of(20, 1)), of(10, 1));
    }
}
