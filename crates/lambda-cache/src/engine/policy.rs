use super::{clock::Age, max_age::MaxAge};

/// The ages that a caller accepts: fresh up to its max age, and older by `stale_if_error` if a refresh fails
/// transiently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The maximum age of a fresh value.
    pub max_age: MaxAge,
    /// The additional age that is accepted if a refresh fails transiently.
    pub stale_if_error: MaxAge,
}

impl Policy {
    /// Creates a policy that accepts only fresh values.
    #[must_use]
    pub const fn fresh(max_age: MaxAge) -> Self {
        Self { max_age, stale_if_error: MaxAge::ZERO }
    }

    /// Returns the stricter of two policies in each respect.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { max_age: self.max_age.min(other.max_age), stale_if_error: self.stale_if_error.min(other.stale_if_error) }
    }

    /// Returns `true` if a value of this age may be served when it cannot be refreshed.
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
    fn a_tolerated_age_is_known_and_below_the_sum() {
        let policy = Policy { max_age: MaxAge::from_nanos(10), stale_if_error: MaxAge::from_nanos(5) };
        assert!(policy.tolerates(Age::from_nanos(14)));
        assert!(!policy.tolerates(Age::from_nanos(15)));
        let endless = Policy { max_age: MaxAge::INFINITE, stale_if_error: MaxAge::INFINITE };
        assert!(endless.tolerates(Age::from_nanos(u64::MAX - 1)) && !endless.tolerates(Age::UNKNOWN));
        assert!(!Policy::fresh(MaxAge::INFINITE).tolerates(Age::from_nanos(0)), "nothing is tolerated by default");
    }

    #[test]
    fn a_combined_policy_is_the_stricter_in_each_respect() {
        let of =
            |max_age, stale| Policy { max_age: MaxAge::from_nanos(max_age), stale_if_error: MaxAge::from_nanos(stale) };
        assert_eq!(of(10, 5).and(of(20, 1)), of(10, 1));
    }
}
