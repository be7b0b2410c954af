use std::ops::Range;

use aws_sdk_s3::{operation::get_object::GetObjectOutput, types::ChecksumType};
use aws_smithy_types::{DateTime, date_time::Format};

use super::{SendError, answered::Answered};
use crate::source::s3::{Checksum, Crc, CrcKind, Head, PartHead, Ranges, Version};

/// Reads the headers of an answer.
pub(super) fn head(object: &GetObjectOutput, answered: &Answered) -> Head {
    Head {
        version: version(object),
        answered_s: answered.seconds(),
        size_bytes: size_bytes(object),
        ranges: match object.accept_ranges() {
            Some(unit) if unit.eq_ignore_ascii_case("bytes") => Ranges::Offered,
            Some(unit) if unit.eq_ignore_ascii_case("none") => Ranges::Refused,
            _ => Ranges::Unsaid,
        },
        checksum: checksum(object),
    }
}

/// Reads the headers of an answer to a `Range`.
pub(super) fn part_head(object: &GetObjectOutput) -> PartHead {
    PartHead {
        version: version(object),
        content_range: object.content_range().and_then(content_range),
        size_bytes: size_bytes(object),
    }
}

/// Returns the version in a 304.
pub(super) fn not_modified(error: &SendError) -> Version {
    let header = |name| error.raw_response().and_then(|response| response.headers().get(name));
    let last_modified = header("last-modified").and_then(|text| DateTime::from_str(text, Format::HttpDate).ok());
    Version { etag: header("etag").map(str::to_owned), last_modified_s: last_modified.map(|time| time.secs()) }
}

fn version(object: &GetObjectOutput) -> Version {
    Version { etag: object.e_tag.clone(), last_modified_s: object.last_modified().map(DateTime::secs) }
}

fn size_bytes(object: &GetObjectOutput) -> Option<u64> {
    object.content_length.and_then(|length| u64::try_from(length).ok())
}

/// Parses `bytes 8-15/100` as the byte range and the total length.
fn content_range(said: &str) -> Option<(Range<u64>, u64)> {
    let (unit, said) = said.trim().split_once(' ')?;
    let (bytes, total) = said.split_once('/')?;
    let (first, last) = bytes.trim().split_once('-')?;
    let bytes = first.parse().ok()?..last.parse::<u64>().ok()?.checked_add(1)?;
    unit.eq_ignore_ascii_case("bytes").then_some((bytes, total.trim().parse().ok()?))
}

/// Returns the checksum of the whole object.
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
        // In a checksum of checksums, `-N` follows.
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
    fn only_a_complete_content_range_is_parsed() {
        for said in ["bytes 8-15/100", "Bytes 8-15/100", " bytes 8-15 / 100 "] {
            assert_eq!(content_range(said), Some((8..16, 100)), "{said}");
        }
        for other in ["", "8-15/100", "bytes */100", "bytes 8-15/*", "bytes 8-/100", "bytes -15/100", "items 8-15/100"]
        {
            assert_eq!(content_range(other), None, "{other}");
        }
        let last = u64::MAX;
        assert_eq!(content_range(&format!("bytes 0-{last}/100")), None);
    }

    #[test]
    fn only_a_crc_of_the_whole_can_be_combined_from_parts() {
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
