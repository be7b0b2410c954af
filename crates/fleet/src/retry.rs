//! The SDK's retries, which a real cache has in its AWS client: the standard mode of `aws-smithy-runtime` 1.16, as it is
//! without settings.

use crate::random::Random;

/// Attempts of a call, the first included.
const ATTEMPTS: u32 = 3;
/// The longest pause before the second attempt; it doubles for the third.
const FIRST_PAUSE_MS: u64 = 1_000;
/// What a client has for retries, what one takes, and what a call without any brings back.
const QUOTA: u32 = 500;
const RETRY_COST: u32 = 5;
const SUCCESS_REWARD: u32 = 1;

/// What a client may still spend on retries. All calls of an environment share it: who is throttled for long retries less.
#[derive(Debug)]
pub struct Quota(u32);

impl Default for Quota {
    fn default() -> Self {
        Self(QUOTA)
    }
}

impl Quota {
    /// The pause before the next attempt of a call that has failed so often; `None` where there is to be none. At random
    /// between nothing and the whole ("full jitter").
    pub fn pause_ms(&mut self, failures: u32, random: &mut Random) -> Option<u64> {
        if failures >= ATTEMPTS || self.0 < RETRY_COST {
            return None;
        }
        self.0 -= RETRY_COST;
        Some(random.below(FIRST_PAUSE_MS << failures.saturating_sub(1)))
    }

    /// A call succeeded after so many failures: what its last retry took comes back.
    pub fn succeeded(&mut self, failures: u32) {
        let back = if failures == 0 { SUCCESS_REWARD } else { RETRY_COST };
        self.0 = (self.0 + back).min(QUOTA);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_has_three_attempts_with_pauses_of_up_to_one_and_two_seconds() {
        let mut random = Random::new(1);
        let mut longest = |failures| (0..1_000).filter_map(|_| Quota::default().pause_ms(failures, &mut random)).max();
        assert!((950..1_000).contains(&longest(1).unwrap()));
        assert!((1_900..2_000).contains(&longest(2).unwrap()));
        assert_eq!(longest(3), None);
    }

    #[test]
    fn a_hundred_retries_in_vain_are_all_that_there_are_until_calls_succeed() {
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
