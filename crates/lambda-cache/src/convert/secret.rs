use std::fmt;

use serde::{Deserialize, Deserializer};

use super::{ConversionError, FromParameter, FromSecret};
use crate::value::Cached;

/// A value that is not shown by accident: `Debug` prints `Secret(..)`, `Display` is not implemented, and only
/// [`expose`](Self::expose) returns it.
///
/// A secret can be converted to `Secret<T>` of any type that a parameter can be converted to, usually
/// `Secret<String>` or `Secret<Vec<u8>>`. A `SecureString` parameter and a field of a group can have this type too.
///
/// ```
/// use lambda_cache::Secret;
///
/// let password = Secret::new("pa55word".to_owned());
/// assert_eq!(format!("{password:?}"), "Secret(..)");
/// assert_eq!(password.expose(), "pa55word");
/// ```
#[derive(Clone)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Wraps `value`.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// Returns a reference to the value, for use but not for printing.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// Returns the unwrapped value.
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Secret<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

impl<T: FromParameter> FromParameter for Secret<T> {
    fn from_parameter(entry: &Cached) -> Result<Self, ConversionError> {
        T::from_parameter(entry).map(Self)
    }
}

impl<T: FromParameter> FromSecret for Secret<T> {
    fn from_secret(entry: &Cached) -> Result<Self, ConversionError> {
        T::from_parameter(entry).map(Self)
    }
}
