//! The conversion of the entries of a decorated function to the types of its arguments.

use std::marker::PhantomData;

use super::callsite::FailedConversion;
use crate::{ConversionError, FromEntry, FromObject, FromParameter, FromSecret, kind, value::Cached};

/// The kind of an entry, passed from the expression that names it to the conversion of its value.
///
/// Each kind has its own `convert`, so that the compiler's message for an unsupported type fits that kind.
#[derive(Debug)]
pub struct Kind<K>(PhantomData<fn() -> K>);

impl<K> Clone for Kind<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Kind<K> {}

impl<K> Kind<K> {
    /// Creates the kind `K`.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "made by the macros alone")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl Kind<kind::Parameter> {
    /// Converts the value of the entry at `index` to a `T`.
    ///
    /// # Errors
    /// The entry and the reason, if the value cannot be converted.
    pub fn convert<T: FromParameter>(self, values: &[&Cached], index: usize) -> Result<T, FailedConversion> {
        at(index, T::from_parameter(values[index]))
    }
}

impl Kind<kind::Group> {
    /// Converts the value of the entry at `index` to a `T`.
    ///
    /// # Errors
    /// The entry and the reason, if the value cannot be converted.
    pub fn convert<T: FromEntry<kind::Group>>(self, values: &[&Cached], index: usize) -> Result<T, FailedConversion> {
        at(index, T::from_entry(values[index]))
    }
}

impl Kind<kind::Secret> {
    /// Converts the value of the entry at `index` to a `T`.
    ///
    /// # Errors
    /// The entry and the reason, if the value cannot be converted.
    pub fn convert<T: FromSecret>(self, values: &[&Cached], index: usize) -> Result<T, FailedConversion> {
        at(index, T::from_secret(values[index]))
    }
}

impl Kind<kind::Secrets> {
    /// Converts the value of the entry at `index` to a `T`.
    ///
    /// # Errors
    /// The entry and the reason, if the value cannot be converted.
    pub fn convert<T: FromEntry<kind::Secrets>>(self, values: &[&Cached], index: usize) -> Result<T, FailedConversion> {
        at(index, T::from_entry(values[index]))
    }
}

impl Kind<kind::Object> {
    /// Converts the value of the entry at `index` to a `T`.
    ///
    /// # Errors
    /// The entry and the reason, if the value cannot be converted.
    pub fn convert<T: FromObject>(self, values: &[&Cached], index: usize) -> Result<T, FailedConversion> {
        at(index, T::from_object(values[index]))
    }
}

impl<V: Clone + 'static> Kind<kind::Custom<V>> {
    /// Converts the value of the entry at `index` to a `T`.
    ///
    /// # Errors
    /// The entry and the reason, if the value cannot be converted.
    pub fn convert<T: FromEntry<kind::Custom<V>>>(
        self,
        values: &[&Cached],
        index: usize,
    ) -> Result<T, FailedConversion> {
        at(index, T::from_entry(values[index]))
    }
}

fn at<T>(index: usize, converted: Result<T, ConversionError>) -> Result<T, FailedConversion> {
    converted.map_err(|error| (index, error))
}
