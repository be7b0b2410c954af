//! The account's limit of requests.

/// Requests a second of `GetParameter`, `GetParameters` and `GetParametersByPath` together, in an account and Region:
/// <https://docs.aws.amazon.com/general/latest/gr/ssm.html>.
pub const DEFAULT_PER_SECOND: u64 = 40;

/// The same of `GetParameters` alone, where Parameter Store's setting for higher throughput is on. (The page above.)
pub const HIGHER_PER_SECOND: u64 = 1_000;

/// A token bucket. AWS does not say how much of a burst it lets through; here it is what a second may have: a bucket that
/// was left alone is full, with one second's requests, and fills evenly.
#[derive(Debug)]
pub struct Limit {
    per_second: u64,
    /// In thousandths of a request, which is what a millisecond brings where one request a second is allowed.
    thousandths: u64,
    at_ms: u64,
}

impl Limit {
    /// A full bucket.
    #[must_use]
    pub fn new(per_second: u64) -> Self {
        Self { per_second, thousandths: per_second * 1_000, at_ms: 0 }
    }

    /// Whether a request at this moment is let through. Moments come in their order.
    pub fn allows(&mut self, at_ms: u64) -> bool {
        let passed_ms = at_ms.saturating_sub(self.at_ms);
        self.at_ms = at_ms;
        self.thousandths = (self.thousandths + passed_ms * self.per_second).min(self.per_second * 1_000);
        let is_allowed = self.thousandths >= 1_000;
        if is_allowed {
            self.thousandths -= 1_000;
        }
        is_allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(limit: &mut Limit, moments: impl Iterator<Item = u64>) -> usize {
        moments.filter(|at_ms| limit.allows(*at_ms)).count()
    }

    #[test]
    fn forty_a_second_are_let_through_however_many_ask() {
        let mut limit = Limit::new(DEFAULT_PER_SECOND);
        assert_eq!(allowed(&mut limit, (0..500).map(|_| 0)), 40, "a burst has one second's requests");
        let ten_seconds = 1..=10_000;
        assert_eq!(allowed(&mut limit, ten_seconds), 400);
    }

    #[test]
    fn who_asks_less_than_forty_a_second_is_never_refused() {
        let mut limit = Limit::new(DEFAULT_PER_SECOND);
        assert_eq!(allowed(&mut limit, (0..60_000).step_by(25)), 2_400);
    }

    #[test]
    fn a_rest_saves_up_no_more_than_a_second() {
        let mut limit = Limit::new(DEFAULT_PER_SECOND);
        assert_eq!(allowed(&mut limit, (0..500).map(|_| 600_000)), 40);
    }
}
