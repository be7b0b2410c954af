use std::fmt;

use serde::{Deserialize, Deserializer};

use super::{FromParameter, FromSecret, Misfit};
use crate::value::Cached;

/// A value that is not shown by accident: `Debug` prints `Secret(..)`, there is no `Display`, and
/// [`expose`](Self::expose) is the way to it.
///
/// A secret can be had as `Secret<T>` of any type that a parameter can be had as, of which `Secret<String>` and
/// `Secret<Vec<u8>>` are the usual ones; a `SecureString` parameter too, and a field of a group.
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
    /// Hides `value`.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, to be used and not to be printed.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself, no longer hidden.
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
    fn from_parameter(entry: &Cached) -> Result<Self, Misfit> {
        T::from_parameter(entry).map(Self)
    }
}

impl<T: FromParameter> FromSecret for Secret<T> {
    fn from_secret(entry: &Cached) -> Result<Self, Misfit> {
        T::from_parameter(entry).map(Self)
    }
}
