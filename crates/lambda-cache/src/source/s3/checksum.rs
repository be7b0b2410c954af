//! A whole object's checksum, from those of its parts.

use crc_fast::{CrcAlgorithm, Digest, checksum_combine};

/// What S3 says that an object's bytes add up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// Nothing, or nothing about the bytes themselves: a checksum of checksums, as multipart uploads may have.
    None,
    /// A checksum that can be put together from those of parts.
    Crc(Crc),
    /// One that takes all bytes in their order.
    OfWhole,
}

/// The CRCs that S3 knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrcKind {
    /// CRC-32, of four bytes.
    Crc32,
    /// CRC-32C, of four bytes.
    Crc32c,
    /// CRC-64/NVME, of eight bytes; what S3 itself reckons where an upload brings none.
    Crc64Nvme,
}

/// The CRC of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crc {
    /// Which.
    pub kind: CrcKind,
    /// The number that the checksum's bytes are, the most significant first.
    pub value: u64,
}

impl CrcKind {
    fn algorithm(self) -> CrcAlgorithm {
        match self {
            Self::Crc32 => CrcAlgorithm::Crc32IsoHdlc,
            Self::Crc32c => CrcAlgorithm::Crc32Iscsi,
            Self::Crc64Nvme => CrcAlgorithm::Crc64Nvme,
        }
    }

    /// Begins the checksum of some bytes.
    pub(super) fn start(self) -> Digest {
        Digest::new(self.algorithm())
    }
}

impl Crc {
    /// Whether the parts, in their order, are what the whole should be: each one's checksum and length.
    pub(super) fn matches(self, parts: impl IntoIterator<Item = (u64, u64)>) -> bool {
        let algorithm = self.kind.algorithm();
        let empty = self.kind.start().finalize();
        let combine = |so_far, (crc, bytes)| checksum_combine(algorithm, so_far, crc, bytes);
        parts.into_iter().fold(empty, combine) == self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check values of "123456789", as the catalogue of CRCs gives them.
    const CHECKS: [(CrcKind, u64); 3] =
        [(CrcKind::Crc32, 0xcbf4_3926), (CrcKind::Crc32c, 0xe306_9283), (CrcKind::Crc64Nvme, 0xae8b_1486_0a79_9888)];

    fn part(kind: CrcKind, bytes: &[u8]) -> (u64, u64) {
        let mut digest = kind.start();
        digest.update(bytes);
        (digest.finalize(), bytes.len() as u64)
    }

    #[test]
    fn parts_add_up_to_the_whole_in_their_order_alone() {
        for (kind, value) in CHECKS {
            let whole = Crc { kind, value };
            let parts = |texts: &[&str]| texts.iter().map(|text| part(kind, text.as_bytes())).collect::<Vec<_>>();
            assert!(whole.matches(parts(&["123456789"])), "{kind:?}");
            assert!(whole.matches(parts(&["1", "", "2345678", "9"])), "{kind:?}");
            assert!(!whole.matches(parts(&["2345678", "1", "9"])), "{kind:?}");
            assert!(!whole.matches(parts(&["12345678"])), "{kind:?}");
            assert!(!whole.matches([]), "{kind:?}");
        }
    }
}
