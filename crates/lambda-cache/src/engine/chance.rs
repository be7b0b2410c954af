//! Numbers that differ between execution environments, those that were restored from one snapshot among them: so they come
//! from the system each time, and not from a state that a snapshot holds.

/// A number from 0 up to this one.
#[must_use]
pub fn up_to(most: u64) -> u64 {
    system::number().checked_rem(most.saturating_add(1)).unwrap_or(0)
}

#[cfg(target_os = "linux")]
mod system {
    use rustix::rand::{GetRandomFlags, getrandom};

    pub(super) fn number() -> u64 {
        let mut bytes = [0; 8];
        // Where the system has none to give, all environments do the same: nothing worse follows from that.
        let _ = getrandom(&mut bytes, GetRandomFlags::empty());
        u64::from_ne_bytes(bytes)
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::hash::{BuildHasher, RandomState};

    pub(super) fn number() -> u64 {
        RandomState::new().hash_one(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_up_to_the_greatest() {
        let seen: std::collections::BTreeSet<_> = (0..500).map(|_| up_to(3)).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!(up_to(0), 0);
        assert_ne!(up_to(u64::MAX - 1), up_to(u64::MAX - 1));
    }
}
