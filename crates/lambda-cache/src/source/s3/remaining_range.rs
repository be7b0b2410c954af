//! The bytes of an object that are not written yet, and the requested parts.

use std::ops::Range;

use super::splitting::Splitting;

/// The missing bytes. Only [`RemainingRange::take`] removes bytes, so each byte is written once, by the first answer that
/// delivers it.
#[derive(Debug)]
pub(super) struct RemainingRange {
    /// In order, without overlaps.
    missing: Vec<Range<u64>>,
    parts: Vec<Part>,
    /// The position of the answer without a range, which delivers all bytes before it.
    front: Option<u64>,
}

/// A part that a lane has requested.
#[derive(Debug)]
struct Part {
    bytes: Range<u64>,
    /// Whether its answer has begun.
    is_coming: bool,
}

impl RemainingRange {
    pub(super) fn new(size_bytes: u64) -> Self {
        let whole = 0..size_bytes;
        Self { missing: if whole.is_empty() { Vec::new() } else { vec![whole] }, parts: Vec::new(), front: Some(0) }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.missing.is_empty()
    }

    /// Returns `true` if some of these bytes are missing.
    pub(super) fn is_open_in(&self, bytes: &Range<u64>) -> bool {
        self.missing.iter().any(|missing| !overlap(missing, bytes).is_empty())
    }

    /// Takes the missing bytes in this range. The caller writes them.
    pub(super) fn take(&mut self, bytes: &Range<u64>) -> Vec<Range<u64>> {
        let taken: Vec<_> =
            self.missing.iter().map(|missing| overlap(missing, bytes)).filter(|taken| !taken.is_empty()).collect();
        if !taken.is_empty() {
            self.missing = self.missing.iter().flat_map(|missing| without(missing, bytes)).collect();
        }
        taken
    }

    /// Records how far the answer without a range was read, or that it was interrupted.
    pub(super) fn front_is_at(&mut self, position: Option<u64>) {
        self.front = position;
    }

    /// Picks the next part from the end of the unrequested bytes. Its size depends on the remaining bytes per lane,
    /// so that all lanes end at the same time. It begins where a store's block does if it can. The last bytes are left
    /// to the answer without a range, which is at them already.
    pub(super) fn next_part(&mut self, lanes: u64, splitting: &Splitting) -> Option<Range<u64>> {
        let free = self.unasked();
        let last = free.last()?;
        let left: u64 = free.iter().map(|free| free.end - free.start).sum();
        if left <= splitting.smallest_part && self.front == Some(last.start) {
            return None;
        }
        let size = splitting.part_bytes(left, lanes).min(last.end - last.start);
        let from = (last.end - size).next_multiple_of(splitting.multiple(size));
        let part = if from < last.end { from..last.end } else { last.clone() };
        self.parts.push(Part { bytes: part.clone(), is_coming: false });
        Some(part)
    }

    /// Records that the answer to a part has begun.
    pub(super) fn comes(&mut self, part: &Range<u64>) {
        for it in self.parts.iter_mut().filter(|it| it.bytes == *part) {
            it.is_coming = true;
        }
    }

    /// Records that a part is no longer awaited, whether or not it arrived.
    pub(super) fn give_back(&mut self, part: &Range<u64>) {
        self.parts.retain(|it| it.bytes != *part);
    }

    /// Returns `true` if bytes from `position` on are missing that no answer is delivering.
    pub(super) fn needs_front(&self, position: u64) -> bool {
        let coming = self.parts.iter().filter(|part| part.is_coming);
        let left = subtract(self.missing.clone(), coming.map(|part| &part.bytes));
        left.iter().any(|left| left.end > position)
    }

    fn unasked(&self) -> Vec<Range<u64>> {
        subtract(self.missing.clone(), self.parts.iter().map(|part| &part.bytes))
    }
}

fn subtract<'a>(from: Vec<Range<u64>>, ranges: impl Iterator<Item = &'a Range<u64>>) -> Vec<Range<u64>> {
    ranges.fold(from, |left, range| left.iter().flat_map(|left| without(left, range)).collect())
}

fn overlap(one: &Range<u64>, other: &Range<u64>) -> Range<u64> {
    one.start.max(other.start)..one.end.min(other.end)
}

/// Returns the parts of `range` before and after `other`.
fn without(range: &Range<u64>, other: &Range<u64>) -> impl Iterator<Item = Range<u64>> + use<> {
    let before = range.start..range.end.min(other.start);
    let behind = range.start.max(other.end)..range.end;
    let is_apart = overlap(range, other).is_empty();
    let pieces = if is_apart { [range.clone(), 0..0] } else { [before, behind] };
    pieces.into_iter().filter(|piece| !piece.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPLITTING: Splitting = Splitting::DEFAULT;

    #[test]
    fn each_byte_is_taken_once() {
        let size_bytes = 3 * SPLITTING.largest_part + 5;
        let mut gap = RemainingRange::new(size_bytes);
        let mut front = 0;
        let mut taken = Vec::new();
        while !gap.is_closed() {
            let chunk = front..front + 1_000_000;
            taken.extend(gap.take(&chunk));
            front = chunk.end;
            if let Some(part) = gap.next_part(4, &SPLITTING) {
                assert!((1..=SPLITTING.largest_part).contains(&(part.end - part.start)), "{part:?}");
                taken.extend(gap.take(&part));
            }
        }
        taken.sort_unstable_by_key(|taken| taken.start);
        let ends: Vec<_> = taken.iter().map(|taken| taken.end).collect();
        let starts: Vec<_> = taken.iter().map(|taken| taken.start).skip(1).chain([size_bytes]).collect();
        assert_eq!((taken[0].start, ends), (0, starts));
        assert_eq!(gap.take(&(0..size_bytes)), []);
    }

    #[test]
    fn parts_shrink_towards_the_end() {
        let mut gap = RemainingRange::new(4 * SPLITTING.largest_part);
        let sizes: Vec<_> =
            std::iter::from_fn(|| gap.next_part(2, &SPLITTING)).map(|part| part.end - part.start).collect();
        assert_eq!(sizes.first(), Some(&SPLITTING.largest_part));
        assert_eq!(sizes.last(), Some(&SPLITTING.smallest_part));
        assert!(sizes.is_sorted_by(|larger, smaller| larger >= smaller), "{sizes:?}");
    }

    #[test]
    fn parts_begin_at_multiples_of_the_smallest_size() {
        let block = SPLITTING.smallest_part;
        let mut gap = RemainingRange::new(3 * block + 5);
        let parts: Vec<_> = std::iter::from_fn(|| gap.next_part(4, &SPLITTING)).collect();
        assert_eq!(parts, [3 * block..3 * block + 5, 2 * block..3 * block, block..2 * block]);
    }

    #[test]
    fn large_parts_begin_at_multiples_of_two_blocks() {
        let block = 2 * SPLITTING.smallest_part;
        let mut gap = RemainingRange::new(1_000 * block + 5);
        let parts: Vec<_> = std::iter::from_fn(|| gap.next_part(12, &SPLITTING)).collect();
        let large: Vec<_> = parts.iter().filter(|part| part.end - part.start >= block).collect();
        assert!(large.len() > 100 && large.iter().all(|part| part.start % block == 0), "{large:?}");
    }

    #[test]
    fn the_last_bytes_are_left_to_the_first_answer() {
        let block = SPLITTING.smallest_part;
        let mut gap = RemainingRange::new(2 * block);
        gap.take(&(0..5));
        gap.front_is_at(Some(5));
        assert_eq!(gap.next_part(2, &SPLITTING), Some(block..2 * block));
        assert_eq!(gap.next_part(2, &SPLITTING), None);
        gap.front_is_at(None);
        assert_eq!(gap.next_part(2, &SPLITTING), Some(5..block), "the first answer was interrupted");
    }

    #[test]
    fn a_returned_part_is_requested_again() {
        let mut gap = RemainingRange::new(2 * SPLITTING.smallest_part);
        gap.front_is_at(None);
        let last = gap.next_part(2, &SPLITTING).unwrap();
        let first = gap.next_part(1, &SPLITTING).unwrap();
        assert_eq!((gap.next_part(1, &SPLITTING), gap.needs_front(0)), (None, true));
        gap.comes(&first);
        gap.comes(&last);
        assert!(!gap.needs_front(0), "both are coming");
        gap.take(&(last.start..last.start + 1));
        gap.give_back(&last);
        assert!(gap.needs_front(0));
        assert_eq!(gap.next_part(1, &SPLITTING), Some(last.start + 1..last.end));
    }
}
