//! The content of an object: bytes, or a generated pattern, so that an object of any size takes no memory.

use std::sync::LazyLock;

use bytes::Bytes;

use crate::given::Given;

/// The length of the pattern's block. It is a prime number, so that parts of a round size begin at different
/// positions in the pattern, and mixing up parts is detected.
pub(crate) const BLOCK: usize = 1_048_573;

pub(crate) static PATTERN: LazyLock<Bytes> = LazyLock::new(|| {
    let mut state = 0x9e37_79b9_u32;
    let bytes = (0..BLOCK).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    });
    bytes.collect()
});

/// A body or a part of one.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Whole(Bytes),
    Pattern { offset: u64, length: u64 },
}

impl Content {
    pub(crate) fn of_size(length: u64) -> Self {
        Self::Pattern { offset: 0, length }
    }

    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Whole(bytes) => bytes.len() as u64,
            Self::Pattern { length, .. } => *length,
        }
    }

    /// Returns the bytes from `from` to `to`, which must be within the content. Nothing is copied.
    pub(crate) fn part(&self, from: u64, to: u64) -> Self {
        match self {
            Self::Whole(bytes) => Self::Whole(bytes.slice(index(from)..index(to))),
            Self::Pattern { offset, .. } => Self::Pattern { offset: offset + from, length: to - from },
        }
    }

    /// Returns the content in pieces that are as large as possible, up to `most`.
    pub(crate) fn pieces(&self, most: usize) -> impl Iterator<Item = Bytes> + Send {
        let content = self.clone();
        let mut at = 0;
        std::iter::from_fn(move || {
            let left = content.len() - at;
            if left == 0 {
                return None;
            }
            let piece = match &content {
                Self::Whole(bytes) => bytes.slice(index(at)..index(at + left.min(most as u64))),
                Self::Pattern { offset, .. } => {
                    let begin = index((offset + at) % BLOCK as u64);
                    let length = (BLOCK - begin).min(most).min(index(left));
                    PATTERN.slice(begin..begin + length)
                }
            };
            at += piece.len() as u64;
            Some(piece)
        })
    }
}

impl From<Given> for Content {
    fn from(given: Given) -> Self {
        Self::Whole(match given {
            Given::Text(text) => text.into(),
            Given::Base64(bytes) => bytes,
        })
    }
}

/// Converts a position to an index. The content fits into memory, so the position does too.
fn index(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collected(content: &Content, most: usize) -> Vec<u8> {
        content.pieces(most).flatten().collect()
    }

    #[test]
    fn a_part_of_a_pattern_equals_that_part_of_its_bytes() {
        let content = Content::of_size(3 * BLOCK as u64 + 5);
        let whole = collected(&content, usize::MAX);
        assert_eq!(whole.len() as u64, content.len());
        let (from, to) = (BLOCK - 7, 2 * BLOCK + 9);
        assert_eq!(collected(&content.part(from as u64, to as u64), 1_000_000), whole[from..to]);
    }
}
