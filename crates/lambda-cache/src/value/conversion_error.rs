use std::fmt;

use super::Value;

/// The reason why a value cannot be converted to the requested type. It contains the kind of the value but never the
/// value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversionError(String);

impl ConversionError {
    /// Creates it from `reason`, which completes "cannot use ssm parameter /app/var: " and must not contain the
    /// value.
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }

    /// Creates it for text that is not JSON from this position on.
    #[doc(hidden)]
    #[must_use]
    pub fn no_json(line: usize, column: usize) -> Self {
        Self(format!("it is not JSON, at line {line}, column {column}"))
    }

    /// Adds the name of the value in a group to the reason.
    #[doc(hidden)]
    #[must_use]
    pub fn of(self, name: &str) -> Self {
        Self(format!("{name:?}: {}", self.0))
    }

    /// Creates it for a value of one kind when another kind was requested.
    #[doc(hidden)]
    #[must_use]
    pub fn wrong_kind(value: &Value, wanted: &str) -> Self {
        Self(format!("it is {}, not {wanted}", value.kind()))
    }

    /// Creates it for a value of one kind when a Rust type for another kind was requested, with the type to use.
    pub(crate) fn wrong_type(value: &Value, wanted: &str) -> Self {
        let advice = match value {
            Value::TextList(_) => "; use Vec<String> for a StringList",
            Value::Nothing => "; use an Option for a value that may be missing",
            Value::Bytes(_) => "; use Secret<Vec<u8>> for a binary secret",
            _ => "",
        };
        Self(format!("{}{advice}", Self::wrong_kind(value, wanted)))
    }
}

impl fmt::Display for ConversionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConversionError {}
