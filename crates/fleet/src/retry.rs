//! The SDK's retries, which a real cache has in its AWS client: the standard mode of `aws-smithy-runtime` 1.16 with
//! default settings.

use crate::random::Random;

/// The number of attempts of a call, including the first.
const ATTEMPTS: u32 = 3;
/// The longest back-off before the second attempt. It doubles for the third.
const FIRST_PAUSE_MS: u64 = 1_000;
/// The size of a client's retry quota, the cost of a retry, and the amount that a call without retries returns.
const QUOTA: u32 = 500;
const RETRY_COST: u32 = 5;
const SUCCESS_REWARD: u32 = 1;

/// The retry quota of a client. All calls of an environment share it, so an environment that is throttled for long
/// retries less often.
#[derive(Debug)]
pub struct Quota(u32);

impl Default for Quota {
    fn default() -> Self {
        Self(QUOTA)
    }
}

impl Quota {
    /// Returns a random back-off before the next attempt of a call after this many failures, between zero and the
    /// maximum ("full jitter"). Returns `None` if the call must not be retried.
    pub fn pause_ms(&mut self, failures: u32, random: &mut Random) -> Option<u64> {
        if failures >= ATTEMPTS || self.0 < RETRY_COST {
            return None;
        }
        self.0 -= RETRY_COST;
        Some(random.below(FIRST_PAUSE_MS << failures.saturating_sub(1)))
    }

    /// Returns the cost of the last retry to the quota, after a call that succeeded with this many failures.
    pub fn succeeded(&mut self, failures: u32) {
        let back = if failures == 0 { SUCCESS_REWARD } else { RETRY_COST };
        self.0 = (self.0 + back).min(QUOTA);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_attempts_with_back_offs_of_up_to_one_and_two_seconds() {
        let mut random = Random::new(1);
        let mut longest = |failures| (0..1_000).filter_map(|_| Quota::default().pause_ms(failures, &mut random)).max();
        assert!((950..1_000).contains(&longest(1).unwrap()));
        assert!((1_900..2_000).contains(&longest(2).unwrap()));
        assert_eq!(longest(3), None);
    }

    #[test]
    fn the_quota_allows_a_hundred_retries_until_calls_succeed() {
        let (mut quota, mut random) = (Quota::default(), Random::new(1));
        assert_eq!((0..1_000).filter_map(|_| quota.pause_ms(1, &mut random)).count(), 100);
        (0..4).for_each(|_| quota.succeeded(0));
        assert_eq!(quota.pause_ms(1, &mut random), None);
        quota.succeeded(0);
        assert!(quota.pause_ms(1, &mut random).is_some());
        quota.succeeded(1);
        assert!(quota.pause_ms(1, &mut random).is_some(), "the last retry's share came back");
    }
}
