//! The conversions of a value, kept with its entry: one without a transform, and one for each transform.

use std::{
    cell::RefCell,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use lambda_cache::{Cached, ConversionError};
use pyo3::{prelude::*, sync::MutexExt};

use crate::transform::{ConvertError, Transform};

/// The maximum number of transforms that are kept for an entry. A caller that passes a new callable at each call
/// converts each time.
const MOST_KEPT: usize = 8;

/// The object from which a handler's value is made.
#[derive(Debug)]
pub(crate) enum Converted {
    /// An immutable object that is shared by all callers.
    Shared(Py<PyAny>),
    /// A mutable object, of which each caller gets a copy.
    Template(Py<PyAny>),
}

/// The conversions of one entry. Existing conversions are read without a lock.
#[derive(Debug, Default)]
pub(crate) struct ConversionCache {
    plain: OnceLock<Converted>,
    first: Next,
    making: Mutex<()>,
}

/// A link of a list that only grows.
type Next = OnceLock<Box<Transformed>>;

#[derive(Debug)]
struct Transformed {
    transform: Arc<Transform>,
    converted: Arc<Converted>,
    next: Next,
}

thread_local! {
    /// The entries for which this thread is currently converting.
    static MAKING: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

impl ConversionCache {
    /// Returns the conversion without a transform, if it was made.
    #[inline]
    pub(crate) fn plain(cached: &Cached) -> Option<&Converted> {
        cached.form::<Self>()?.plain.get()
    }

    /// Returns the conversions of an entry.
    pub(crate) fn of(cached: &Cached) -> &Self {
        if cached.form::<Self>().is_none() {
            cached.keep_form(Self::default());
        }
        cached.form().expect("kept just now or before")
    }

    /// Keeps the conversion without a transform, unless there is one. Returns the kept one.
    pub(crate) fn keep_plain(&self, converted: Converted) -> &Converted {
        self.plain.get_or_init(|| converted)
    }

    /// Returns the conversion of a transform, calling `make` if there is none. Only one thread at a time makes it.
    pub(crate) fn transformed(
        &self,
        py: Python<'_>,
        transform: &Arc<Transform>,
        make: impl FnOnce() -> Result<Converted, ConvertError>,
    ) -> Result<Arc<Converted>, ConvertError> {
        if let Ok(converted) = self.find(py, transform) {
            return Ok(converted);
        }
        let _making = Making::of(self)?;
        let _lock = self.making.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner);
        let place = match self.find(py, transform) {
            Ok(converted) => return Ok(converted), // another thread was quicker
            Err(place) => place,
        };
        let converted = Arc::new(make()?);
        if let Some(place) = place {
            let kept =
                Transformed { transform: Arc::clone(transform), converted: Arc::clone(&converted), next: Next::new() };
            let _ = place.set(Box::new(kept));
        }
        Ok(converted)
    }

    /// Returns the conversion, or the position for a new one, unless there are too many.
    fn find(&self, py: Python<'_>, transform: &Arc<Transform>) -> Result<Arc<Converted>, Option<&Next>> {
        let mut place = &self.first;
        for _ in 0..MOST_KEPT {
            let Some(kept) = place.get() else { return Err(Some(place)) };
            if Arc::ptr_eq(&kept.transform, transform) || kept.transform.is_same(py, transform) {
                return Ok(Arc::clone(&kept.converted));
            }
            place = &kept.next;
        }
        Err(None)
    }
}

/// A guard that marks this thread as making a conversion of an entry. A transform that requests its own entry would wait
/// for itself.
struct Making;

impl Making {
    fn of(conversions: &ConversionCache) -> Result<Self, ConversionError> {
        let entry = std::ptr::from_ref(conversions).addr();
        MAKING.with_borrow_mut(|making| {
            if making.contains(&entry) {
                return Err(ConversionError::new("its transform asks for the very entry that it is to make"));
            }
            making.push(entry);
            Ok(Self)
        })
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        MAKING.with_borrow_mut(Vec::pop);
    }
}
