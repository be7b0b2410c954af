use std::cmp::max;

const MIB: u64 = 1_024 * 1_024;

/// The sizes of parts, and of objects that are fetched in parts.
#[derive(Clone, Copy, Debug)]
pub struct Splitting {
    /// The largest object for which a second connection is not faster.
    pub largest_whole: u64,
    /// The number of bytes for which one more connection is added.
    pub bytes_a_lane: u64,
    /// The maximum number of connections of one object. With links of 90 MB/s, eight give half of what one core can
    /// process.
    pub most_lanes: u64,
    /// The minimum size of a part, except the last, because each part costs a round trip.
    pub smallest_part: u64,
    /// The maximum size of a part.
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

    /// Returns the number of connections for an object of this size.
    pub(super) fn lanes(&self, size_bytes: u64) -> u64 {
        if size_bytes <= self.largest_whole { 1 } else { (size_bytes / self.bytes_a_lane).min(self.most_lanes) }
    }

    /// Returns the size of the next part, with `left` bytes remaining for `lanes` lanes.
    pub(super) fn part_bytes(&self, left: u64, lanes: u64) -> u64 {
        max(left / lanes.max(1), self.smallest_part).min(self.largest_part)
    }
}
