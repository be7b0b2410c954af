use std::{fmt, sync::Arc};

/// What tells one entry from another: the source and everything that changes the value. Never the entry name alone.
///
/// The parts are compared one by one, so no choice of characters in a name can make two keys alike.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key {
    source: &'static str,
    parts: Arc<[String]>,
}

impl Key {
    /// A key of `source`, told apart by `parts` in their order.
    #[must_use]
    pub fn new(source: &'static str, parts: impl IntoIterator<Item = String>) -> Self {
        Self { source, parts: parts.into_iter().collect() }
    }

    /// Whether it is a key of `source` whose first part is `first`.
    #[must_use]
    pub fn starts_with(&self, source: &str, first: &str) -> bool {
        self.source == source && self.parts.first().is_some_and(|part| part == first)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.source, self.parts.join(", "))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}
