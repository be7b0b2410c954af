use std::cmp::max;

const MIB: u64 = 1_024 * 1_024;

/// The sizes from which on an object is fetched in parts, and of the parts.
#[derive(Clone, Copy, Debug)]
pub struct Splitting {
    /// An object for which a second connection pays has more bytes than this.
    pub largest_whole: u64,
    /// The work that makes one more connection worth while.
    pub bytes_a_lane: u64,
    /// The connections of one object at the most. With links of 90 MB/s eight give half of what one core can take.
    pub most_lanes: u64,
    /// The smallest part while there is more: each costs a round trip.
    pub smallest_part: u64,
    /// The largest part that is asked for at once.
    pub largest_part: u64,
}

impl Splitting {
    /// The sizes for AWS.
    pub const DEFAULT: Self = Self {
        largest_whole: 8 * MIB,
        bytes_a_lane: 4 * MIB,
        most_lanes: 12,
        smallest_part: MIB,
        largest_part: 64 * MIB,
    };

    /// Returns how many connections an object is worth.
    pub(super) fn lanes(&self, size_bytes: u64) -> u64 {
        if size_bytes <= self.largest_whole { 1 } else { (size_bytes / self.bytes_a_lane).min(self.most_lanes) }
    }

    /// Returns the size of the next part, with so many bytes left for so many lanes.
    pub(super) fn part_bytes(&self, left: u64, lanes: u64) -> u64 {
        max(left / lanes.max(1), self.smallest_part).min(self.largest_part)
    }
}
