//! What was made of a value so far, kept with its entry: as it is, and as each transform has it.

use std::{
    cell::RefCell,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use lambda_cache::{Cached, typed::Misfit};
use pyo3::{prelude::*, sync::MutexExt};

use crate::transform::{NoObject, Transform};

/// So many transforms of one entry are kept. Who makes a new callable at each call makes a new one each time.
const MOST_KEPT: usize = 8;

/// What a handler gets is made of.
#[derive(Debug)]
pub(crate) enum Form {
    /// Cannot be changed, so everybody gets this very object.
    Shared(Py<PyAny>),
    /// Can be changed, so everybody gets a copy.
    Template(Py<PyAny>),
}

/// The forms of one entry. What is there is read without a lock.
#[derive(Debug, Default)]
pub(crate) struct Forms {
    plain: OnceLock<Form>,
    first: Next,
    making: Mutex<()>,
}

/// A list that only grows.
type Next = OnceLock<Box<Transformed>>;

#[derive(Debug)]
struct Transformed {
    transform: Arc<Transform>,
    form: Arc<Form>,
    next: Next,
}

thread_local! {
    /// The entries of which this thread is just making a form.
    static MAKING: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

impl Forms {
    /// The form of the value as it is, if it was made.
    #[inline]
    pub(crate) fn plain(cached: &Cached) -> Option<&Form> {
        cached.form::<Self>()?.plain.get()
    }

    /// The forms of an entry.
    pub(crate) fn of(cached: &Cached) -> &Self {
        if cached.form::<Self>().is_none() {
            cached.keep_form(Self::default());
        }
        cached.form().expect("kept just now, or by somebody else before")
    }

    /// Keeps the form of the value as it is, unless somebody else did; the one that is kept.
    pub(crate) fn keep_plain(&self, form: Form) -> &Form {
        self.plain.get_or_init(|| form)
    }

    /// The form that a transform makes, made by `make` if it is not there: at one time by one thread.
    pub(crate) fn transformed(
        &self,
        py: Python<'_>,
        transform: &Arc<Transform>,
        make: impl FnOnce() -> Result<Form, NoObject>,
    ) -> Result<Arc<Form>, NoObject> {
        if let Ok(form) = self.find(py, transform) {
            return Ok(form);
        }
        let _making = Making::of(self)?;
        let _lock = self.making.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner);
        let place = match self.find(py, transform) {
            Ok(form) => return Ok(form), // somebody else was quicker
            Err(place) => place,
        };
        let form = Arc::new(make()?);
        if let Some(place) = place {
            let kept = Transformed { transform: Arc::clone(transform), form: Arc::clone(&form), next: Next::new() };
            let _ = place.set(Box::new(kept));
        }
        Ok(form)
    }

    /// The form, or else the place for it, unless there are too many.
    fn find(&self, py: Python<'_>, transform: &Arc<Transform>) -> Result<Arc<Form>, Option<&Next>> {
        let mut place = &self.first;
        for _ in 0..MOST_KEPT {
            let Some(kept) = place.get() else { return Err(Some(place)) };
            if Arc::ptr_eq(&kept.transform, transform) || kept.transform.is_same(py, transform) {
                return Ok(Arc::clone(&kept.form));
            }
            place = &kept.next;
        }
        Err(None)
    }
}

/// That this thread is making a form of an entry. A transform that asks for its own entry would wait for itself.
struct Making;

impl Making {
    fn of(forms: &Forms) -> Result<Self, Misfit> {
        let entry = std::ptr::from_ref(forms).addr();
        MAKING.with_borrow_mut(|making| {
            if making.contains(&entry) {
                return Err(Misfit::new("its transform asks for the very entry that it is to make"));
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
