use std::fmt;

use crate::value::Value;

/// Why a value cannot be had as the type that was asked for. It says what kind of value it is, and never shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit(String);

impl Misfit {
    /// `reason` completes "cannot use ssm parameter /app/var: "; it must not hold the value.
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }

    /// The error for the request whose value does not fit.
    #[cfg(feature = "_source")]
    #[doc(hidden)]
    #[must_use]
    pub fn error(&self, request: &crate::source::Request) -> crate::Error {
        crate::Error::new(crate::ErrorKind::InvalidValue, format!("cannot use {}: {self}", request.key()))
    }

    /// Text that is no JSON from there on.
    #[doc(hidden)]
    #[must_use]
    pub fn no_json(line: usize, column: usize) -> Self {
        Self(format!("it is no JSON, at line {line}, column {column}"))
    }

    /// The same, of the value in a group that has this name.
    #[doc(hidden)]
    #[must_use]
    pub fn of(self, name: &str) -> Self {
        Self(format!("{name:?}: {}", self.0))
    }

    /// A value of one kind where another is wanted.
    #[doc(hidden)]
    #[must_use]
    pub fn wrong_kind(value: &Value, wanted: &str) -> Self {
        let advice = match value {
            Value::TextList(_) => "; a StringList is had as Vec<String>",
            Value::Nothing => "; what may be missing is had as an Option",
            Value::Bytes(_) => "; a binary secret is had as Secret<Vec<u8>>",
            _ => "",
        };
        Self(format!("it is {}, and {wanted} is asked for{advice}", value.kind()))
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Misfit {}
