//! The account's limit of requests.

/// The requests per second of `GetParameter`, `GetParameters` and `GetParametersByPath` together, in an account and
/// Region: <https://docs.aws.amazon.com/general/latest/gr/ssm.html>.
pub const DEFAULT_PER_SECOND: u64 = 40;

/// The requests per second of `GetParameters` with Parameter Store's higher-throughput setting (from the page above).
pub const HIGHER_PER_SECOND: u64 = 1_000;

/// A token bucket. AWS does not document the size of a burst, so it is assumed to be the requests of one second. The
/// bucket is full after a pause, and fills at a constant rate.
#[derive(Debug)]
pub struct Limit {
    per_second: u64,
    /// The content in thousandths of a request, the amount that one request per second adds in a millisecond.
    thousandths: u64,
    at_ms: u64,
}

impl Limit {
    /// Creates a full bucket.
    #[must_use]
    pub fn new(per_second: u64) -> Self {
        Self { per_second, thousandths: per_second * 1_000, at_ms: 0 }
    }

    /// Returns `true` if a request at this moment is accepted. The moments must be in order.
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
    fn the_limit_accepts_forty_requests_a_second() {
        let mut limit = Limit::new(DEFAULT_PER_SECOND);
        assert_eq!(allowed(&mut limit, (0..500).map(|_| 0)), 40, "a burst has one second's requests");
        let ten_seconds = 1..=10_000;
        assert_eq!(allowed(&mut limit, ten_seconds), 400);
    }

    #[test]
    fn a_rate_below_the_limit_is_never_rejected() {
        let mut limit = Limit::new(DEFAULT_PER_SECOND);
        assert_eq!(allowed(&mut limit, (0..60_000).step_by(25)), 2_400);
    }

    #[test]
    fn a_pause_saves_at_most_one_second_of_requests() {
        let mut limit = Limit::new(DEFAULT_PER_SECOND);
        assert_eq!(allowed(&mut limit, (0..500).map(|_| 600_000)), 40);
    }
}
