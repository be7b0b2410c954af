use std::{
    borrow::Borrow,
    fmt::{self, Write},
    hash::{Hash, Hasher},
    sync::Arc,
};

/// The identity of an entry: the source and everything that changes the value. The entry name alone never identifies
/// it.
///
/// The parts are compared one by one, so no character in a name can make two different keys equal.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    source: &'static str,
    parts: Arc<[String]>,
}

impl Key {
    /// Creates a key of `source` with `parts` in this order.
    #[must_use]
    pub fn new(source: &'static str, parts: impl IntoIterator<Item = String>) -> Self {
        Self { source, parts: parts.into_iter().collect() }
    }

    /// Creates the key with this identity.
    #[must_use]
    pub fn of(identity: &dyn Identity) -> Self {
        Self { source: identity.source(), parts: identity.parts().into() }
    }

    /// Returns `true` if this is a key of `source` whose first part is `first`.
    #[must_use]
    pub fn starts_with(&self, source: &str, first: &str) -> bool {
        self.source == source && self.parts.first().is_some_and(|part| part == first)
    }
}

/// The components of a key. A lookup by identity does not have to construct a key.
pub trait Identity {
    /// Returns the name of the source.
    fn source(&self) -> &'static str;
    /// Returns the parts in their order.
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

/// The identity in a source's request.
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

/// Hashes the parts only, because two sources rarely share a name.
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
            // A name is untrusted input: it must not be able to start a new line in a log.
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
    fn a_name_cannot_start_a_line() {
        let key = Key::new("ssm parameters", ["/app/ü".to_owned(), "two\nlines".to_owned()]);
        assert_eq!(key.to_string(), "ssm parameters /app/ü, two\\nlines");
    }
}
