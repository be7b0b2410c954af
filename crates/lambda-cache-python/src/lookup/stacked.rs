//! Lookups of stacked decorators, which become one.

use lambda_cache::__binding::lookup::{EntrySpec, merge};
use pyo3::{exceptions::PyTypeError, prelude::*, types::PyTuple};

use super::{Lookup, Target};
use crate::{fork, object::OutputSpec};

impl Lookup {
    /// Returns a lookup of this one's entries and those of `inner`.
    pub(super) fn stacked(&self, py: Python<'_>, inner: &Self) -> PyResult<Self> {
        let specs = merge(self.entries.specs(), inner.entries.specs());
        let mut refused = self.refused.clone().or_else(|| inner.refused.clone());
        let outputs = specs.iter().map(|one| match (self.target_of(one), inner.target_of(one)) {
            (Some(outer), Some(inner)) if !is_same_output(py, outer.output.as_deref(), inner.output.as_deref()) => {
                refused.get_or_insert_with(|| two_outputs(&one.entry_name));
                outer.output.clone()
            }
            (Some(target), _) | (None, Some(target)) => target.output.clone(),
            (None, None) => None,
        });
        let outputs = outputs.collect();
        let above = Self { refused, ..Self::new(py, specs, outputs) };
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
        Ok((fork::import(py, "lambda_cache._pickling")?.getattr("lookup")?, (recipe.bind(py).clone(),)))
    }

    /// Returns the attribute for an entry of this lookup.
    fn target_of(&self, spec: &EntrySpec) -> Option<&Target> {
        let is_it = |one: &EntrySpec| one.entry_name == spec.entry_name && one.request == spec.request;
        self.targets.get(self.entries.specs().iter().position(is_it)?)
    }
}

fn is_same_output(py: Python<'_>, one: Option<&OutputSpec>, other: Option<&OutputSpec>) -> bool {
    let is_same_transform = match (one.and_then(OutputSpec::transform), other.and_then(OutputSpec::transform)) {
        (Some(one), Some(other)) => one.is_same(py, other),
        (one, other) => one.is_none() && other.is_none(),
    };
    let is_same_default = match (one.and_then(OutputSpec::default), other.and_then(OutputSpec::default)) {
        (Some(one), Some(other)) => one.is(other) || one.bind(py).eq(other).unwrap_or(false),
        (one, other) => one.is_none() && other.is_none(),
    };
    let has_metadata = |output: Option<&OutputSpec>| output.is_some_and(|output| output.with_metadata);
    is_same_transform && is_same_default && has_metadata(one) == has_metadata(other)
}

fn two_outputs(entry_name: &str) -> String {
    format!(
        "two decorators of one handler give the entry name {entry_name:?} to one thing with two transforms or defaults: \
         pass another entry_name to one of them"
    )
}
