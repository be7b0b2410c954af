//! Serde's errors, without the values that they quote.

use std::{cell::RefCell, fmt};

use serde::de;

use super::{ConversionError, reading::Reading};
use crate::value::Value;

thread_local! {
    /// The values of the wrong kind, including those in variants of `untagged` that did not fit.
    static FOUND: RefCell<Vec<Found>> = const { RefCell::new(Vec::new()) };
}

/// A value of the wrong kind.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// A text instead of a number or a `bool`.
    Text(String),
    /// The reading of a text instead of the text.
    Read(Reading),
}

impl Found {
    /// Returns the values of the wrong kind while `act` runs.
    pub(super) fn recording<R>(act: impl FnOnce() -> R) -> (R, Vec<Self>) {
        let before = FOUND.take(); // of a group around this one
        let made = act();
        (made, FOUND.replace(before))
    }

    fn of(found: de::Unexpected<'_>) -> Option<Self> {
        Some(match found {
            de::Unexpected::Str(text) => Self::Text(text.to_owned()),
            de::Unexpected::Bool(value) => Self::Read(Reading::Bool(value)),
            de::Unexpected::Unsigned(value) => Self::Read(Reading::Unsigned(value)),
            de::Unexpected::Signed(value) => Self::Read(Reading::Signed(value)),
            de::Unexpected::Float(value) => Self::Read(Reading::Float(value)),
            _ => return None,
        })
    }
}

/// An error of a group or a value. An unknown field name may be a value, if the value's type reads its text as a field name.
/// A name is therefore included only if the group has it.
#[derive(Debug)]
pub(super) struct SerdeError<const NAMES: bool> {
    message: String,
    /// The content, until the value is identified.
    found: Option<Found>,
    /// The unknown field name.
    unknown: Option<String>,
}

pub(super) type GroupError = SerdeError<true>;
pub(super) type ValueError = SerdeError<false>;

impl<const NAMES: bool> SerdeError<NAMES> {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), found: None, unknown: None }
    }

    fn finding(found: de::Unexpected<'_>, message: String) -> Self {
        Self { found: Found::of(found), ..Self::new(message) }
    }
}

impl ValueError {
    /// Adds the key of the value.
    pub(super) fn of(self, name: &str) -> GroupError {
        SerdeError::new(format!("{name:?}: {}", self.message))
    }
}

impl GroupError {
    /// Returns the message, with the key of the value if it is known.
    pub(super) fn into_conversion_error<'a>(
        self,
        name: impl Fn(&Found) -> Option<&'a str>,
        values: &[(String, Value)],
    ) -> ConversionError {
        if let Some(unknown) = self.unknown.filter(|unknown| values.iter().any(|(name, _)| name == unknown)) {
            return ConversionError::new(format!("the type has no field {unknown:?}"));
        }
        match self.found.as_ref().and_then(name) {
            Some(name) => ConversionError::new(self.message).of(name),
            None => ConversionError::new(self.message),
        }
    }
}

impl<const NAMES: bool> fmt::Display for SerdeError<NAMES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl<const NAMES: bool> std::error::Error for SerdeError<NAMES> {}

impl<const NAMES: bool> de::Error for SerdeError<NAMES> {
    /// Drops the message of the type, because it may quote the value. For `untagged`, the last variant's value is named.
    fn custom<T: fmt::Display>(_: T) -> Self {
        let found = FOUND.with_borrow(|found| found.last().cloned());
        Self { found, ..Self::new("the type does not allow its value") }
    }

    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        if let Some(found) = Found::of(found).filter(|_| may_be_read(&expected.to_string())) {
            FOUND.with_borrow_mut(|all| all.push(found));
        }
        Self::finding(found, format!("{} is there, and {expected} is asked for", kind(found)))
    }

    fn invalid_value(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::finding(found, format!("its value does not fit {expected}"))
    }

    fn invalid_length(length: usize, expected: &dyn de::Expected) -> Self {
        Self::new(format!("it has {length} elements, which does not fit {expected}"))
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::new("its value is none of the variants")
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self { unknown: NAMES.then(|| field.to_owned()), ..Self::custom(field) }
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!(
            "the type has a field {field:?}, and none of the parameters is it: add one, or make it an Option"
        ))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(format!("two parameters are the field {field:?}"))
    }
}

/// Returns `true` if another reading of a text may fit.
fn may_be_read(expected: &str) -> bool {
    !["sequence", "map", "struct", "array", "tuple", "bytes"].iter().any(|kind| expected.contains(kind))
}

/// Returns the kind of a value without its content.
fn kind(found: de::Unexpected<'_>) -> &'static str {
    match found {
        de::Unexpected::Str(_) | de::Unexpected::Char(_) => "text",
        de::Unexpected::Seq => "a list",
        de::Unexpected::Map => "a group of parameters",
        de::Unexpected::Bytes(_) => "binary",
        de::Unexpected::Bool(_)
        | de::Unexpected::Unsigned(_)
        | de::Unexpected::Signed(_)
        | de::Unexpected::Float(_) => "text that is a number or a bool",
        _ => "another kind",
    }
}
