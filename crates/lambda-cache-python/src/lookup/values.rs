//! The values of a lookup's entries: read from the cache or fetched, converted, and set on a context.

use std::sync::{Arc, atomic::Ordering};

use lambda_cache::{
    __binding::{engine::Entry, lookup::UnknownCache},
    Cached,
};
use pyo3::prelude::*;

use super::{Lookup, Target};
use crate::{
    context::{self, put, refuse_none, remaining},
    error::raised,
    fetch::{fetch, fetch_beside_greenlets},
    object::{object, with_object},
    state,
    transform::ConvertError,
};

impl Lookup {
    /// Sets every entry on the context if all are fresh. Returns whether they were.
    #[inline]
    pub(super) fn read(&self, context: &Bound<'_, PyAny>) -> PyResult<bool> {
        if context.is_none() {
            return refuse_none(context.py());
        }
        if context.get_type_ptr().addr() != self.accepted_type.load(Ordering::Relaxed) {
            self.check(context)?;
        }
        let put_all = |entries: &[Arc<Entry<Cached>>]| {
            let mut pairs = self.targets.iter().zip(entries).enumerate();
            pairs.try_for_each(|(index, (Target { name, output }, entry))| {
                let put = |value: &Bound<'_, PyAny>| put(context, name, value);
                with_object(context.py(), &entry.value, output.as_deref(), put).map_err(|error| (index, error))
            })
        };
        match self.entries.read(state::cache_id(), put_all) {
            Ok(Some(put)) => put.map(|()| true).map_err(|(index, error)| self.raised(context.py(), index, error)),
            Ok(None) | Err(UnknownCache) => Ok(false),
        }
    }

    /// Returns the first entry's value, fetching it unless it is fresh.
    pub(crate) fn get_value<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        if let Some(hit) = slf.get().read_first(py)? {
            return Ok(hit);
        }
        let objects = Self::fetch_objects(slf, None, false)?;
        Ok(objects.into_iter().next().unwrap_or_else(|| py.None().into_bound(py)))
    }

    /// Returns the first entry's value, if it is fresh.
    #[inline]
    pub(super) fn read_first<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(target) = self.targets.first() else { return Ok(None) };
        let output = target.output.as_deref();
        let read = |entries: &[Arc<Entry<Cached>>]| entries.first().map(|entry| object(py, &entry.value, output));
        let read = match self.entries.read(state::cache_id(), read) {
            Ok(read) => read.flatten(),
            Err(UnknownCache) => self.read_by_key(py)?,
        };
        read.transpose().map_err(|error| self.raised(py, 0, error))
    }

    /// Returns the first entry's value, if it is fresh in a cache with which this lookup was not used.
    #[cold]
    fn read_by_key<'py>(&self, py: Python<'py>) -> PyResult<Option<Result<Bound<'py, PyAny>, ConvertError>>> {
        let (Some(spec), Some(target)) = (self.entries.specs().first(), self.targets.first()) else {
            return Ok(None);
        };
        let state = state::present(py)?;
        let hit = state.cache.hit(&spec.request, spec.ages);
        if hit.is_some() {
            self.entries.remember(&state.cache); // so that the next hit takes no search by name
        }
        Ok(hit.map(|entry| object(py, &entry.value, target.output.as_deref())))
    }

    /// Fetches the entries in this thread, or in another one if this thread has other greenlets, which then continue.
    pub(super) fn fetch_objects<'py>(
        slf: &Bound<'py, Self>,
        context: Option<&Bound<'py, PyAny>>,
        is_refresh: bool,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        if let Some(values) = fetch_beside_greenlets(slf, context, is_refresh)? {
            return Ok(values.iter().collect());
        }
        let (py, this) = (slf.py(), slf.get());
        let entries = fetch(py, &this.entries, None, context.and_then(remaining), is_refresh)?;
        this.objects(py, &entries)
    }

    #[cold]
    pub(super) fn fetch_onto(slf: &Bound<'_, Self>, context: &Bound<'_, PyAny>, is_refresh: bool) -> PyResult<()> {
        slf.get().put_on(context, &Self::fetch_objects(slf, Some(context), is_refresh)?)
    }

    /// Rejects a context that already has attributes with these names.
    #[cold]
    fn check(&self, context: &Bound<'_, PyAny>) -> PyResult<()> {
        if context::check(context, self.targets.iter().map(|target| &target.name))? {
            self.accepted_type.store(context.get_type_ptr().addr(), Ordering::Relaxed);
        }
        Ok(())
    }

    pub(super) fn objects<'py>(
        &self,
        py: Python<'py>,
        entries: &[Arc<Entry<Cached>>],
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let targets = self.targets.iter().zip(entries).enumerate();
        let object = |(index, (target, entry)): (usize, (&Target, &Arc<Entry<Cached>>))| {
            object(py, &entry.value, target.output.as_deref()).map_err(|error| self.raised(py, index, error))
        };
        targets.map(object).collect()
    }

    /// Returns the exception for an entry whose value cannot be converted. Errors are never cached, so the next call
    /// fetches.
    fn raised(&self, py: Python<'_>, index: usize, error: ConvertError) -> PyErr {
        let (ConvertError::Unconvertible(error), Some(spec)) = (&error, self.entries.specs().get(index)) else {
            return error.into();
        };
        match state::present(py) {
            Ok(state) => py.detach(|| state.cache.forget(&spec.request)),
            Err(error) => return error,
        }
        raised(py, &spec.request.conversion_failure(error))
    }

    pub(super) fn put_on(&self, context: &Bound<'_, PyAny>, values: &[Bound<'_, PyAny>]) -> PyResult<()> {
        self.targets.iter().zip(values).try_for_each(|(target, value)| put(context, &target.name, value))
    }
}
