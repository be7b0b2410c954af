const MIB: u64 = 1_024 * 1_024;

/// The sizes of parts, and the number of connections.
#[derive(Clone, Copy, Debug)]
pub struct Splitting {
    /// The maximum number of connections of one object. With links of 90 MB/s, eight give half of what one core can
    /// process.
    pub most_lanes: u64,
    /// The minimum size of a part, except at the object's end. Each part costs a round trip, and a store whatever it
    /// does to find the bytes.
    pub smallest_part: u64,
    /// The maximum size of a part.
    pub largest_part: u64,
}

impl Splitting {
    /// The sizes for AWS and other stores.
    pub const DEFAULT: Self = Self { most_lanes: 12, smallest_part: 4 * MIB, largest_part: 64 * MIB };

    /// Returns the number of connections for an object of this size. For two parts, a second one is not faster.
    pub(super) fn lanes(&self, size_bytes: u64) -> u64 {
        if size_bytes <= 2 * self.smallest_part { 1 } else { (size_bytes / self.smallest_part).min(self.most_lanes) }
    }

    /// Returns the size of the next part, with `left` bytes remaining for `lanes` lanes.
    pub(super) fn part_bytes(&self, left: u64, lanes: u64) -> u64 {
        (left / lanes.max(1)).clamp(self.smallest_part, self.largest_part)
    }
    /// Returns the multiple at which a part of this size begins. Stores keep objects in blocks of 4 or 8 MiB, and some
    /// read a whole block for each part of it: `SeaweedFS` takes twice the CPU for large parts that begin inside of one.
    pub(super) fn multiple(&self, part_bytes: u64) -> u64 {
        let block = 2 * self.smallest_part;
        if part_bytes < block { self.smallest_part } else { block }
    }
}
