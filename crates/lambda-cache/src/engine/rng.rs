//! Random numbers from the operating system. A seeded generator would be captured in a `SnapStart` snapshot and
//! repeat in every environment restored from it.

use crate::runtime::system;

/// Returns a random number from 0 to `most`, inclusive.
#[must_use]
pub fn up_to(most: u64) -> u64 {
    system::random().checked_rem(most.saturating_add(1)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_numbers_cover_the_whole_range() {
        let seen: std::collections::BTreeSet<_> = (0..500).map(|_| up_to(3)).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!(up_to(0), 0);
        assert_ne!(up_to(u64::MAX - 1), up_to(u64::MAX - 1));
    }
}
