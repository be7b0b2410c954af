//! Lookups of stacked decorators, which become one.

use lambda_cache::__binding::lookup::{EntrySpec, stack};
use pyo3::{exceptions::PyTypeError, prelude::*, types::PyTuple};

use super::{Lookup, Place};
use crate::object::Shape;

impl Lookup {
    /// Returns a lookup of this one's entries and those of `inner`.
    pub(super) fn stacked(&self, py: Python<'_>, inner: &Self) -> PyResult<Self> {
        let wanted = stack(self.entries.wanted(), inner.entries.wanted());
        let mut refused = self.refused.clone().or_else(|| inner.refused.clone());
        let shapes = wanted.iter().map(|one| match (self.place_of(one), inner.place_of(one)) {
            (Some(outer), Some(inner)) if !is_same_shape(py, outer.shape.as_deref(), inner.shape.as_deref()) => {
                refused.get_or_insert_with(|| two_shapes(&one.entry_name));
                outer.shape.clone()
            }
            (Some(place), _) | (None, Some(place)) => place.shape.clone(),
            (None, None) => None,
        });
        let shapes = shapes.collect();
        let above = Self { refused, ..Self::new(py, wanted, shapes) };
        if let (Some(outer), Some(inner)) = (self.recipe.get(), inner.recipe.get()) {
            let both = outer.bind(py).iter().chain(inner.bind(py).iter()).collect::<Vec<_>>();
            above.remember(PyTuple::new(py, both)?)?;
        }
        Ok(above)
    }

    /// Returns the function and the arguments that make this lookup again, for pickling.
    pub(super) fn reduced<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyTuple>,))> {
        let Some(recipe) = self.recipe.get() else {
            return Err(PyTypeError::new_err("cannot pickle a lookup that no decorator made"));
        };
        Ok((py.import("lambda_cache._pickling")?.getattr("lookup")?, (recipe.bind(py).clone(),)))
    }

    /// Returns the attribute for an entry of this lookup.
    fn place_of(&self, wanted: &EntrySpec) -> Option<&Place> {
        let is_it = |one: &EntrySpec| one.entry_name == wanted.entry_name && one.request == wanted.request;
        self.places.get(self.entries.wanted().iter().position(is_it)?)
    }
}

fn is_same_shape(py: Python<'_>, one: Option<&Shape>, other: Option<&Shape>) -> bool {
    let is_same_transform = match (one.and_then(Shape::transform), other.and_then(Shape::transform)) {
        (Some(one), Some(other)) => one.is_same(py, other),
        (one, other) => one.is_none() && other.is_none(),
    };
    let is_same_default = match (one.and_then(Shape::default), other.and_then(Shape::default)) {
        (Some(one), Some(other)) => one.is(other) || one.bind(py).eq(other).unwrap_or(false),
        (one, other) => one.is_none() && other.is_none(),
    };
    is_same_transform && is_same_default
}

fn two_shapes(entry_name: &str) -> String {
    format!(
        "two decorators of one handler give the entry name {entry_name:?} to one thing with two transforms or defaults: \
         pass another entry_name to one of them"
    )
}
