use std::fmt;

use crate::value::{Cached, Value};

/// Why a value cannot be had as the type that was asked for. It says what kind of value it is, and never shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit(String);

impl Misfit {
    /// `reason` completes "cannot use ssm parameter /app/var: "; it must not hold the value.
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }

    /// A value of one kind where another is wanted.
    pub(super) fn wrong_kind(entry: &Cached, wanted: &str) -> Self {
        let advice = match entry.value() {
            Value::TextList(_) => "; a StringList is had as Vec<String>",
            Value::Nothing => "; what may be missing is had as an Option",
            Value::Bytes(_) => "; a binary secret is had as Secret<Vec<u8>>",
            _ => "",
        };
        Self(format!("it is {}, and {wanted} is asked for{advice}", entry.value().kind()))
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Misfit {}
