//! What of an object nobody has taken on yet: eaten from the front by the answer that gives all of it, from the back by
//! those that give parts.

use std::{
    ops::Range,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The largest part that is asked for at once.
const LARGEST_PART: u64 = 64 * 1_024 * 1_024;
/// The smallest, while there is more: each costs a round trip.
const SMALLEST_PART: u64 = 1_024 * 1_024;

#[derive(Debug)]
pub(super) struct Gap(Mutex<Range<u64>>);

impl Gap {
    pub(super) fn new(size_bytes: u64) -> Self {
        Self(Mutex::new(0..size_bytes))
    }

    /// Takes up to so many bytes from the front; how many that were.
    pub(super) fn take_front(&self, most: u64) -> u64 {
        let mut left = self.left();
        let taken = most.min(left.end - left.start);
        left.start += taken;
        taken
    }

    /// Takes a part from the back: the larger, the more there is for each of so many lanes, so that all end together.
    pub(super) fn take_back(&self, lanes: u64) -> Option<Range<u64>> {
        let mut left = self.left();
        let bytes = left.end - left.start;
        if bytes == 0 {
            return None;
        }
        let part = (bytes / lanes.max(1)).clamp(SMALLEST_PART, LARGEST_PART).min(bytes);
        left.end -= part;
        Some(left.end..left.end + part)
    }

    fn left(&self) -> MutexGuard<'_, Range<u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_is_taken_once() {
        let size_bytes = 3 * LARGEST_PART + 5;
        let gap = Gap::new(size_bytes);
        let (mut front, mut parts) = (0, Vec::new());
        loop {
            front += gap.take_front(100_000);
            match gap.take_back(4) {
                Some(part) => parts.push(part),
                None => break,
            }
        }
        parts.reverse();
        for part in parts {
            assert_eq!(part.start, front);
            assert!((1..=LARGEST_PART).contains(&(part.end - part.start)), "{part:?}");
            front = part.end;
        }
        assert_eq!(front, size_bytes);
        assert_eq!(gap.take_front(1), 0);
    }

    #[test]
    fn parts_shrink_towards_the_end() {
        let gap = Gap::new(4 * LARGEST_PART);
        let sizes: Vec<_> = std::iter::from_fn(|| gap.take_back(2)).map(|part| part.end - part.start).collect();
        assert_eq!(sizes.first(), Some(&LARGEST_PART));
        assert_eq!(sizes.last(), Some(&SMALLEST_PART));
        assert!(sizes.is_sorted_by(|larger, smaller| larger >= smaller), "{sizes:?}");
    }
}
