//! The checksums that S3 can send for an object.

use base64::{Engine, prelude::BASE64_STANDARD};
use crc_fast::{CrcAlgorithm, Digest as Crc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::content::{BLOCK, Content, PATTERN};

/// The size of the parts of a composite checksum except the last, as the AWS CLI and boto3 upload them.
const PART: u64 = 8 * 1_024 * 1_024;

/// The kind of an object's checksum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChecksumKind {
    /// CRC-32 of the whole object, which is the default of present SDKs.
    #[default]
    Crc32,
    /// CRC-32C of the whole object.
    Crc32c,
    /// CRC-64/NVME of the whole object, which S3 adds by itself.
    Crc64Nvme,
    /// SHA-256 of the whole object.
    Sha256,
    /// CRC-32 of the CRC-32s of the parts of a multipart upload, 8 MiB each.
    Composite,
    /// No checksum, as in objects that were uploaded before S3 had checksums.
    None,
}

/// The checksum of an object, as in its headers.
#[derive(Debug)]
pub(crate) struct Checksum {
    pub(crate) header: &'static str,
    pub(crate) kind: &'static str,
    bytes: Vec<u8>,
    parts: Option<u64>,
}

impl Checksum {
    pub(crate) fn of(content: &Content, kind: ChecksumKind) -> Option<Self> {
        let (header, bytes) = match kind {
            ChecksumKind::None => return None,
            ChecksumKind::Composite => return Some(Self::composite(content)),
            ChecksumKind::Crc32 => ("x-amz-checksum-crc32", crc32(&Crcs::new(CrcAlgorithm::Crc32IsoHdlc), content)),
            ChecksumKind::Crc32c => ("x-amz-checksum-crc32c", crc32(&Crcs::new(CrcAlgorithm::Crc32Iscsi), content)),
            ChecksumKind::Crc64Nvme => {
                ("x-amz-checksum-crc64nvme", Crcs::new(CrcAlgorithm::Crc64Nvme).of(content).to_be_bytes().to_vec())
            }
            ChecksumKind::Sha256 => ("x-amz-checksum-sha256", sha256(content)),
        };
        Some(Self { header, kind: "FULL_OBJECT", bytes, parts: None })
    }

    fn composite(content: &Content) -> Self {
        let crcs = Crcs::new(CrcAlgorithm::Crc32IsoHdlc);
        let parts = content.len().div_ceil(PART).max(1);
        let of_parts: Vec<u8> = (0..parts)
            .flat_map(|part| crc32(&crcs, &content.part(part * PART, ((part + 1) * PART).min(content.len()))))
            .collect();
        let bytes = crc32(&crcs, &Content::Whole(of_parts.into()));
        Self { header: "x-amz-checksum-crc32", kind: "COMPOSITE", bytes, parts: Some(parts) }
    }

    /// Returns the header's value, or a wrong one of the same form.
    pub(crate) fn value(&self, wrong: bool) -> String {
        let mut bytes = self.bytes.clone();
        if let Some(last) = bytes.last_mut() {
            *last ^= u8::from(wrong);
        }
        let parts = self.parts.map(|parts| format!("-{parts}")).unwrap_or_default();
        BASE64_STANDARD.encode(bytes) + &parts
    }
}

/// The CRC of a content. The pattern's block is read once, however often it is repeated.
struct Crcs {
    empty: Crc,
    block: Crc,
}

impl Crcs {
    fn new(algorithm: CrcAlgorithm) -> Self {
        let empty = Crc::new(algorithm);
        let mut block = empty;
        block.update(&PATTERN);
        Self { empty, block }
    }

    fn of(&self, content: &Content) -> u64 {
        let mut all = self.empty;
        for piece in content.pieces(usize::MAX) {
            if matches!(content, Content::Pattern { .. }) && piece.len() == BLOCK {
                all.combine(&self.block);
            } else {
                all.update(&piece);
            }
        }
        all.finalize()
    }
}

fn crc32(crcs: &Crcs, content: &Content) -> Vec<u8> {
    crcs.of(content).to_be_bytes()[4..].to_vec()
}

fn sha256(content: &Content) -> Vec<u8> {
    let mut hash = Sha256::new();
    content.pieces(usize::MAX).for_each(|piece| hash.update(&piece));
    hash.finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(content: &Content, kind: ChecksumKind) -> String {
        Checksum::of(content, kind).unwrap().value(false)
    }

    fn bytes(content: &Content) -> Content {
        Content::Whole(content.pieces(usize::MAX).collect::<Vec<_>>().concat().into())
    }

    /// The check values are those in the algorithms' catalogues.
    #[test]
    fn each_checksum_uses_its_algorithm() {
        let check = Content::Whole("123456789".into());
        for (kind, expected) in [
            (ChecksumKind::Crc32, "y/Q5Jg=="),
            (ChecksumKind::Crc32c, "4waSgw=="),
            (ChecksumKind::Crc64Nvme, "rosUhgp5mIg="),
            (ChecksumKind::Sha256, "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="),
        ] {
            assert_eq!(value(&check, kind), expected, "{kind:?}");
        }
        assert!(Checksum::of(&check, ChecksumKind::None).is_none());
    }

    #[test]
    fn the_checksum_of_a_pattern_is_that_of_its_bytes() {
        let content = Content::of_size(9 * BLOCK as u64 + 5);
        for kind in [
            ChecksumKind::Crc32,
            ChecksumKind::Crc32c,
            ChecksumKind::Crc64Nvme,
            ChecksumKind::Sha256,
            ChecksumKind::Composite,
        ] {
            assert_eq!(value(&content, kind), value(&bytes(&content), kind), "{kind:?}");
        }
    }

    #[test]
    fn a_composite_checksum_is_computed_from_the_parts() {
        for (size, parts) in [(0, 1), (PART, 1), (PART + 1, 2), (2 * PART, 2), (2 * PART + 5, 3)] {
            let content = Content::of_size(size);
            let of_parts: Vec<u8> = (0..parts)
                .flat_map(|part| {
                    let part = content.part(part * PART, size.min((part + 1) * PART));
                    BASE64_STANDARD.decode(value(&part, ChecksumKind::Crc32)).unwrap()
                })
                .collect();
            let expected = format!("{}-{parts}", value(&Content::Whole(of_parts.into()), ChecksumKind::Crc32));
            assert_eq!(value(&content, ChecksumKind::Composite), expected, "{size}");
        }
    }

    #[test]
    fn a_wrong_checksum_has_the_form_of_the_right_one() {
        let checksum = Checksum::of(&Content::Whole("x".into()), ChecksumKind::Composite).unwrap();
        assert_ne!(checksum.value(true), checksum.value(false));
        assert_eq!(checksum.value(true).len(), checksum.value(false).len());
        assert!(checksum.value(true).ends_with("-1"));
    }
}
