//! The readings of texts that `serde` buffers: as text, or as a number or `bool`.

use super::serde_error::Found;
use crate::value::Value;

/// The reading of one value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reading {
    Text,
    /// Text, after a number did not fit.
    OnlyText,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

impl Reading {
    /// Parses a number or a `bool`.
    fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        let float = || text.parse().ok().filter(|_| text.contains(|character: char| character.is_ascii_digit()));
        let bool = text.parse().map(Self::Bool).ok();
        let whole = text.parse().map(Self::Unsigned).or_else(|_| text.parse().map(Self::Signed)).ok();
        bool.or(whole).or_else(|| float().map(Self::Float))
    }
}

/// The reading of each value of a group.
pub(super) struct Readings<'a> {
    values: &'a [(String, Value)],
    readings: Vec<Reading>,
}

impl<'a> Readings<'a> {
    /// Creates readings as text.
    pub(super) fn new(values: &'a [(String, Value)]) -> Self {
        Self { values, readings: vec![Reading::Text; values.len()] }
    }

    pub(super) fn all(&self) -> &[Reading] {
        &self.readings
    }

    /// Changes the reading of one value that had the wrong kind. Returns `false` if there is none. Each value has three
    /// readings at most, so this ends.
    pub(super) fn adapt(&mut self, found: &[Found]) -> bool {
        found.iter().any(|found| self.adapt_to(found))
    }

    fn adapt_to(&mut self, found: &Found) -> bool {
        let Some(place) = self.place(found) else { return false };
        let other = match (found, &self.values[place].1) {
            (Found::Text(_), Value::Text(text)) => Reading::of(text),
            (Found::Read(_), _) => Some(Reading::OnlyText),
            _ => None,
        };
        other.map(|other| self.readings[place] = other).is_some()
    }

    /// Returns the position of the first value with this content.
    fn place(&self, found: &Found) -> Option<usize> {
        let is_it = |((_, value), reading): (&(String, Value), &Reading)| match (found, value) {
            (Found::Text(text), Value::Text(own)) => *reading == Reading::Text && **own == **text,
            (Found::Read(read), Value::Text(_)) => reading == read,
            _ => false,
        };
        self.values.iter().zip(&self.readings).position(is_it)
    }

    /// Returns the key of the value with this content.
    pub(super) fn name(&self, found: &Found) -> Option<&'a str> {
        let texts =
            |text: &str| self.values.iter().find(|(_, value)| matches!(value, Value::Text(own) if **own == *text));
        match (self.place(found), found) {
            (Some(place), _) => Some(&self.values[place].0),
            (None, Found::Text(text)) => texts(text).map(|(name, _)| name.as_str()),
            (None, Found::Read(_)) => None,
        }
    }
}
