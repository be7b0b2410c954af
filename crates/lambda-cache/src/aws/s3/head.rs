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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_crc_of_the_whole_can_be_put_together_from_parts() {
        let answer = GetObjectOutput::builder;
        let composite = ChecksumType::Composite;
        let crc = |kind, value| Checksum::Crc(Crc { kind, value });
        let cases = [
            (answer(), Checksum::None),
            (answer().checksum_crc32("y/Q5Jg=="), crc(CrcKind::Crc32, 0xcbf4_3926)),
            (answer().checksum_crc32_c("4waSgw=="), crc(CrcKind::Crc32c, 0xe306_9283)),
            (answer().checksum_crc64_nvme("rosUhgp5mIg="), crc(CrcKind::Crc64Nvme, 0xae8b_1486_0a79_9888)),
            (answer().checksum_crc32("y/Q5Jg==").checksum_type(composite), Checksum::None),
            (answer().checksum_crc32("y/Q5Jg==-3"), Checksum::None),
            (answer().checksum_sha256("c2hh"), Checksum::OfWhole),
            (answer().checksum_md5("bWQ1"), Checksum::OfWhole),
        ];
        for (answer, expected) in cases {
            assert_eq!(checksum(&answer.build()), expected);
        }
    }
}
