//! From the entries of a decorated function to the types of its arguments.

use std::marker::PhantomData;

use super::site::Unfit;
use crate::{FromEntry, FromObject, FromParameter, FromSecret, kind, typed::Misfit, value::Cached};

/// The kind of an entry, carried from the expression that names it to the type that it becomes.
///
/// Each kind has a `take` of its own, so that a type that does not fit is answered in the words of that kind.
#[derive(Debug)]
pub struct Kind<K>(PhantomData<fn() -> K>);

impl<K> Clone for Kind<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Kind<K> {}

impl<K> Kind<K> {
    /// The kind `K`.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "made by the macros alone")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl Kind<kind::Parameter> {
    /// The value of the entry at `index` as a `T`.
    ///
    /// # Errors
    /// Where it does not fit.
    pub fn take<T: FromParameter>(self, values: &[&Cached], index: usize) -> Result<T, Unfit> {
        at(index, T::from_parameter(values[index]))
    }
}

impl Kind<kind::Group> {
    /// The value of the entry at `index` as a `T`.
    ///
    /// # Errors
    /// Where it does not fit.
    pub fn take<T: FromEntry<kind::Group>>(self, values: &[&Cached], index: usize) -> Result<T, Unfit> {
        at(index, T::from_entry(values[index]))
    }
}

impl Kind<kind::Secret> {
    /// The value of the entry at `index` as a `T`.
    ///
    /// # Errors
    /// Where it does not fit.
    pub fn take<T: FromSecret>(self, values: &[&Cached], index: usize) -> Result<T, Unfit> {
        at(index, T::from_secret(values[index]))
    }
}

impl Kind<kind::Secrets> {
    /// The value of the entry at `index` as a `T`.
    ///
    /// # Errors
    /// Where it does not fit.
    pub fn take<T: FromEntry<kind::Secrets>>(self, values: &[&Cached], index: usize) -> Result<T, Unfit> {
        at(index, T::from_entry(values[index]))
    }
}

impl Kind<kind::Object> {
    /// The value of the entry at `index` as a `T`.
    ///
    /// # Errors
    /// Where it does not fit.
    pub fn take<T: FromObject>(self, values: &[&Cached], index: usize) -> Result<T, Unfit> {
        at(index, T::from_object(values[index]))
    }
}

impl<V: Clone + 'static> Kind<kind::Custom<V>> {
    /// The value of the entry at `index` as a `T`.
    ///
    /// # Errors
    /// Where it does not fit.
    pub fn take<T: FromEntry<kind::Custom<V>>>(self, values: &[&Cached], index: usize) -> Result<T, Unfit> {
        at(index, T::from_entry(values[index]))
    }
}

fn at<T>(index: usize, taken: Result<T, Misfit>) -> Result<T, Unfit> {
    taken.map_err(|misfit| (index, misfit))
}
