use std::{
    borrow::Borrow,
    fmt::{self, Write},
    hash::{Hash, Hasher},
    sync::Arc,
};

/// What tells one entry from another: the source and everything that changes the value. Never the entry name alone.
///
/// The parts are compared one by one, so no choice of characters in a name can make two keys alike.
#[derive(Clone, PartialEq, Eq)]
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

    /// The key of this identity.
    #[must_use]
    pub fn of(identity: &dyn Identity) -> Self {
        Self { source: identity.source(), parts: identity.parts().into() }
    }

    /// Whether it is a key of `source` whose first part is `first`.
    #[must_use]
    pub fn starts_with(&self, source: &str, first: &str) -> bool {
        self.source == source && self.parts.first().is_some_and(|part| part == first)
    }
}

/// What a key is made of: an entry is found by it without a key being made.
pub trait Identity {
    /// The source's name.
    fn source(&self) -> &'static str;
    /// The parts in their order.
    fn parts(&self) -> &[String];
}

impl Identity for Key {
    fn source(&self) -> &'static str {
        self.source
    }

    fn parts(&self) -> &[String] {
        &self.parts
    }
}

/// The identity of a source's request.
impl Identity for (&'static str, &[String]) {
    fn source(&self) -> &'static str {
        self.0
    }

    fn parts(&self) -> &[String] {
        self.1
    }
}

impl PartialEq for dyn Identity + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts() && self.source() == other.source()
    }
}

impl Eq for dyn Identity + '_ {}

/// Sources seldom have names in common: the parts are enough.
impl Hash for dyn Identity + '_ {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().iter().for_each(|part| part.hash(state));
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self as &dyn Identity).hash(state);
    }
}

impl<'a> Borrow<dyn Identity + 'a> for Key {
    fn borrow(&self) -> &(dyn Identity + 'a) {
        self
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.source)?;
        for (index, part) in self.parts.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            // A name is somebody's input: it must not begin a line of its own in a log.
            for character in part.chars() {
                if character.is_control() {
                    write!(f, "{}", character.escape_default())?;
                } else {
                    f.write_char(character)?;
                }
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_begins_no_line_of_its_own() {
        let key = Key::new("ssm parameters", ["/app/ü".to_owned(), "two\nlines".to_owned()]);
        assert_eq!(key.to_string(), "ssm parameters /app/ü, two\\nlines");
    }
}
