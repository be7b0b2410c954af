//! The pages of an entry, which is one read of a whole path.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

/// The beginning of the agent's tokens, so that AWS's own are recognised and passed on.
const PREFIX: &str = "lambda-cache-agent/1/";

/// The place at which a page begins.
#[derive(Debug, Default)]
pub(super) struct Place {
    index: usize,
    /// The name of the last parameter before.
    after: String,
}

impl Place {
    /// Returns the place in a token, or `None` if the token is AWS's.
    pub(super) fn of(token: &str) -> Option<Self> {
        let text = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        let (index, after) = text.strip_prefix(PREFIX)?.split_once('/')?;
        Some(Self { index: index.parse().ok()?, after: after.to_owned() })
    }

    /// Returns the range of a page among these names, and the token of the next one. If the entry was fetched again in
    /// the meantime, the page begins after the name that was the last.
    pub(super) fn page<'n>(
        &self,
        names: impl Iterator<Item = &'n str>,
        most: usize,
    ) -> (std::ops::Range<usize>, Option<String>) {
        let names: Vec<_> = names.collect();
        let is_same = self.index == 0 || names.get(self.index - 1).is_some_and(|name| *name == self.after);
        let moved = || names.iter().position(|name| *name == self.after).map(|position| position + 1);
        let start = if is_same { self.index } else { moved().unwrap_or(self.index) }.min(names.len());
        let end = (start + most).min(names.len());
        let last = names.get(end.wrapping_sub(1)).filter(|_| end < names.len());
        let next = last.map(|last| BASE64_URL_SAFE_NO_PAD.encode(format!("{PREFIX}{end}/{last}")));
        (start..end, next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_go_on_after_the_last_name() {
        let names = ["/a", "/b", "/c", "/d", "/e"];
        let (first, token) = Place::default().page(names.into_iter(), 2);
        assert_eq!(first, 0..2);
        let place = Place::of(&token.unwrap()).unwrap();
        let (second, token) = place.page(names.into_iter(), 3);
        assert_eq!((second, token), (2..5, None));
        assert_eq!(place.page(["/0", "/a", "/b", "/c"].into_iter(), 2), (3..4, None)); // one more before
        assert_eq!(place.page(["/a", "/c", "/d"].into_iter(), 9), (2..3, None)); // the last one is gone
        assert_eq!(place.page(std::iter::empty(), 9), (0..0, None));
    }

    #[test]
    fn other_tokens_are_not_places() {
        for token in ["", "AAEAA", "bGFtYmRh", &BASE64_URL_SAFE_NO_PAD.encode(format!("{PREFIX}x/y"))] {
            assert!(Place::of(token).is_none(), "{token}");
        }
    }
}
