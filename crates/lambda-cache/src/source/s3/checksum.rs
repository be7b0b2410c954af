//! A whole object's checksum, combined from those of its parts.

use crc_fast::{CrcAlgorithm, Digest, checksum_combine};

/// The checksum of an object's bytes, as reported by S3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// None, or a checksum of checksums, which multipart uploads may have.
    None,
    /// A checksum that can be combined from those of parts.
    Crc(Crc),
    /// A checksum that needs all bytes in order.
    OfWhole,
}

/// The CRCs that S3 supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrcKind {
    /// CRC-32, four bytes.
    Crc32,
    /// CRC-32C, four bytes.
    Crc32c,
    /// CRC-64/NVME, eight bytes. S3 computes it for uploads without a checksum.
    Crc64Nvme,
}

/// The CRC of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crc {
    /// The kind.
    pub kind: CrcKind,
    /// The value of the checksum's bytes, the most significant first.
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

    /// Starts the checksum of some bytes.
    pub(super) fn start(self) -> Digest {
        Digest::new(self.algorithm())
    }
}

impl Crc {
    /// Returns `true` if the checksums and lengths of the parts, in order, combine to this checksum.
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

    /// The check values of "123456789" in the catalogue of CRCs.
    const CHECKS: [(CrcKind, u64); 3] =
        [(CrcKind::Crc32, 0xcbf4_3926), (CrcKind::Crc32c, 0xe306_9283), (CrcKind::Crc64Nvme, 0xae8b_1486_0a79_9888)];

    fn part(kind: CrcKind, bytes: &[u8]) -> (u64, u64) {
        let mut digest = kind.start();
        digest.update(bytes);
        (digest.finalize(), bytes.len() as u64)
    }

    #[test]
    fn parts_combine_to_the_whole_only_in_order() {
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
