//! The proof that a part belongs to the object in the first answer.

use std::ops::Range;

use super::{
    checksum::Checksum,
    get_object::{Head, PartHead, Ranges},
};

/// The result of comparing the head of a part's answer with the first answer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The requested part, with the same version as far as its head can prove.
    Belongs,
    /// The same version, but not the requested part: the server does not support ranges.
    IsNotThePart,
    /// Another version.
    IsOfAnother,
}

/// Returns `true` if it can be proven that parts belong together: by a strong `ETag`, which each part repeats, or by
/// a checksum of all bytes.
pub(super) fn can_be_proven(head: &Head) -> bool {
    match head.checksum {
        Checksum::Crc(_) => head.ranges != Ranges::Refused,
        Checksum::None => head.ranges != Ranges::Refused && head.version.strong_etag().is_some(),
        Checksum::OfWhole => false,
    }
}

/// Compares an answer with the head of the first answer. The request itself proves nothing, because servers ignore
/// `If-Match`, `Range` or both.
pub(super) fn judge(whole: &Head, asked: &Range<u64>, part: &PartHead) -> Verdict {
    let total = match &part.content_range {
        Some((_, total)) => Some(*total),
        None => part.size_bytes, // a 200 is the whole object
    };
    if part.version != whole.version || total.is_none() || total != whole.size_bytes {
        return Verdict::IsOfAnother;
    }
    match &part.content_range {
        Some((bytes, _)) if bytes == asked => Verdict::Belongs,
        _ => Verdict::IsNotThePart,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::s3::{Crc, CrcKind, Version};

    fn version(etag: Option<&str>, last_modified_s: Option<i64>) -> Version {
        Version { etag: etag.map(str::to_owned), last_modified_s }
    }

    fn head(etag: Option<&str>, checksum: Checksum) -> Head {
        let version = version(etag, Some(1));
        Head { version, answered_s: None, size_bytes: Some(100), ranges: Ranges::Unsaid, checksum }
    }

    #[test]
    fn each_difference_from_the_first_answer_is_a_change() {
        let whole = head(Some("\"a\""), Checksum::None);
        let part = |version, content_range, size_bytes| {
            judge(&whole, &(8..16), &PartHead { version, content_range, size_bytes })
        };
        let same = || version(Some("\"a\""), Some(1));
        assert_eq!(part(same(), Some((8..16, 100)), Some(8)), Verdict::Belongs);
        assert_eq!(part(same(), Some((0..16, 100)), Some(16)), Verdict::IsNotThePart);
        assert_eq!(part(same(), None, Some(100)), Verdict::IsNotThePart);
        let others = [
            (version(Some("\"b\""), Some(1)), Some((8..16, 100))),
            (version(None, Some(1)), Some((8..16, 100))),
            (version(Some("\"a\""), Some(2)), Some((8..16, 100))),
            (version(Some("\"a\""), None), Some((8..16, 100))),
            (same(), Some((8..16, 99))),
            (same(), Some((8..16, 101))),
        ];
        for (version, content_range) in others {
            let said = format!("{version:?}, {content_range:?}");
            assert_eq!(part(version, content_range, Some(8)), Verdict::IsOfAnother, "{said}");
        }
        let without = head(None, Checksum::None);
        let with_etag = PartHead { version: same(), content_range: Some((8..16, 100)), size_bytes: Some(8) };
        assert_eq!(judge(&without, &(8..16), &with_etag), Verdict::IsOfAnother, "an ETag appeared");
        assert_eq!(part(same(), None, Some(99)), Verdict::IsOfAnother);
        assert_eq!(part(same(), None, None), Verdict::IsOfAnother);
    }

    #[test]
    fn parts_need_a_strong_etag_or_a_checksum_of_the_whole() {
        let crc = Checksum::Crc(Crc { kind: CrcKind::Crc32, value: 0 });
        for (etag, checksum, expected) in [
            (Some("\"a\""), Checksum::None, true),
            (Some("\"a\""), crc, true),
            (Some("W/\"a\""), crc, true),
            (None, crc, true),
            (Some("W/\"a\""), Checksum::None, false),
            (None, Checksum::None, false),
            (Some("\"a\""), Checksum::OfWhole, false),
        ] {
            assert_eq!(can_be_proven(&head(etag, checksum)), expected, "{etag:?} {checksum:?}");
        }
        let refused = Head { ranges: Ranges::Refused, ..head(Some("\"a\""), crc) };
        assert!(!can_be_proven(&refused));
    }
}
