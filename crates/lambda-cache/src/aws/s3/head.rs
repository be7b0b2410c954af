use aws_sdk_s3::{operation::get_object::GetObjectOutput, types::ChecksumType};

use crate::source::s3::{Checksum, Crc, CrcKind, Head};

/// What the answer says ahead of its body.
pub(super) fn head(object: &GetObjectOutput) -> Head {
    Head {
        etag: object.e_tag.clone(),
        size_bytes: object.content_length.and_then(|length| u64::try_from(length).ok()),
        has_ranges: object.accept_ranges() == Some("bytes"),
        checksum: checksum(object),
    }
}

/// What the whole object's bytes are checked against.
fn checksum(object: &GetObjectOutput) -> Checksum {
    if object.checksum_type() == Some(&ChecksumType::Composite) {
        return Checksum::None;
    }
    let crcs = [
        (CrcKind::Crc64Nvme, object.checksum_crc64_nvme()),
        (CrcKind::Crc32, object.checksum_crc32()),
        (CrcKind::Crc32c, object.checksum_crc32_c()),
    ];
    if let Some((kind, base64)) = crcs.into_iter().find_map(|(kind, base64)| Some((kind, base64?))) {
        // Where it is one of checksums, `-N` follows.
        let bytes = aws_smithy_types::base64::decode(base64).unwrap_or_default();
        let value = bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
        return if bytes.is_empty() { Checksum::None } else { Checksum::Crc(Crc { kind, value }) };
    }
    let others = [
        object.checksum_sha1(),
        object.checksum_sha256(),
        object.checksum_sha512(),
        object.checksum_md5(),
        object.checksum_xxhash64(),
        object.checksum_xxhash3(),
        object.checksum_xxhash128(),
    ];
    if others.iter().any(Option::is_some) { Checksum::OfWhole } else { Checksum::None }
}
