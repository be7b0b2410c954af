//! All entries of one handler, or the one of a `get_entry`.

use std::{future::Future, pin::pin, sync::Arc, time::Duration};

use futures_util::future::{Either, select};
use lambda_cache::{
    Cached, Error,
    engine::{Entry, Served},
    lookup::{self, NotBound, Wanted, check_for_context, stack},
    source::{
        Request,
        s3::Object,
        secrets_manager::{Secret, Version},
        ssm::Parameters,
    },
};
use pyo3::{
    prelude::*,
    types::{PyBool, PyFloat, PyInt, PyString, PyTuple},
};
use tokio::sync::watch;

use crate::{
    arguments::{self, Names},
    error::{raised, refuse},
    object::{DefaultObject, object, with_object},
    state::{self, State},
};

/// How often a waiting main thread looks for Ctrl-C.
const SIGNAL_CHECK: Duration = Duration::from_millis(100);

/// Entries wanted together: found in the cache or fetched at the same time, and put on a context.
#[pyclass(frozen, module = "lambda_cache._native")]
#[derive(Debug)]
pub(crate) struct Lookup {
    lookup: lookup::Lookup,
    /// Of each entry, the attribute, and what it is where there is no such parameter.
    places: Vec<(Py<PyString>, DefaultObject)>,
}

/// Ends a fetch from another thread.
#[pyclass(frozen, module = "lambda_cache._native")]
#[derive(Debug)]
pub(crate) struct Cancel(watch::Sender<bool>);

#[pymethods]
impl Cancel {
    #[new]
    fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    /// Ends the fetch that was given this, now or as soon as it begins.
    fn cancel(&self) {
        self.0.send_replace(true);
    }
}

impl Cancel {
    async fn cancelled(&self) {
        let _ = self.0.subscribe().wait_for(|cancelled| *cancelled).await;
    }
}

#[pymethods]
impl Lookup {
    /// One parameter, a list of parameters as one entry, or all below a path as one.
    #[staticmethod]
    fn ssm(
        parameter: &Bound<'_, PyAny>,
        path: &Bound<'_, PyAny>,
        recursive: &Bound<'_, PyAny>,
        default: &Bound<'_, PyAny>,
        max_age_in_seconds: &Bound<'_, PyAny>,
        entry_name: &Bound<'_, PyAny>,
        stale_if_error_in_seconds: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let entry_name = arguments::entry_name(entry_name)?;
        let request = if path.is_none() && parameter.is_none() {
            return refuse(
                parameter.py(),
                "ArgumentTypeNotSupportedError",
                "parameter must be a str or a list of str; or give a path",
            );
        } else if path.is_none() {
            match arguments::names("parameter", parameter, entry_name.is_some())? {
                Names::One(name) => Parameters::one(name),
                Names::List(names) => Parameters::list(names),
            }
        } else if parameter.is_none() {
            let path = arguments::name("path", path, entry_name.is_some())?;
            Parameters::path(&path, arguments::flag("recursive", recursive)?)
        } else {
            let message = "parameter and path are two entries: stack two decorators, they are fetched at the same time";
            return refuse(parameter.py(), "ArgumentValueError", message);
        };
        let ages = (max_age_in_seconds, stale_if_error_in_seconds);
        let py = parameter.py();
        if default.is(py.Ellipsis()) {
            return Self::one(py, request.map(Request::Parameters), ages, entry_name, None);
        }
        let request = request.map(|parameters| Request::Parameters(parameters.optional()));
        Self::one(py, request, ages, entry_name, Some(Arc::new(default.clone().unbind())))
    }

    /// One secret, or a list of secrets as one entry.
    #[staticmethod]
    fn secrets_manager(
        name: &Bound<'_, PyAny>,
        version_stage: &Bound<'_, PyAny>,
        version_id: &Bound<'_, PyAny>,
        max_age_in_seconds: &Bound<'_, PyAny>,
        entry_name: &Bound<'_, PyAny>,
        stale_if_error_in_seconds: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let entry_name = arguments::entry_name(entry_name)?;
        let version = Version {
            stage: arguments::text_or_none("version_stage", version_stage)?,
            id: arguments::text_or_none("version_id", version_id)?,
        };
        let secret = match arguments::names("name", name, entry_name.is_some())? {
            Names::One(name) => Secret::new(name, version),
            Names::List(names) => Secret::list(names, &version),
        };
        let ages = (max_age_in_seconds, stale_if_error_in_seconds);
        Self::one(name.py(), secret.map(Request::Secret), ages, entry_name, None)
    }

    /// One object.
    #[staticmethod]
    #[pyo3(name = "s3")]
    fn s3(
        uri: &Bound<'_, PyAny>,
        max_age_in_seconds: &Bound<'_, PyAny>,
        entry_name: &Bound<'_, PyAny>,
        check_before_download: &Bound<'_, PyAny>,
        stale_if_error_in_seconds: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let entry_name = arguments::entry_name(entry_name)?;
        let name = arguments::name("s3Uri", uri, entry_name.is_some())?;
        let object =
            Object::new(&name, entry_name.as_deref(), arguments::flag("check_before_download", check_before_download)?);
        let ages = (max_age_in_seconds, stale_if_error_in_seconds);
        Self::one(uri.py(), object.map(Request::Object), ages, entry_name, None)
    }

    /// This lookup's entries before `inner`'s, as one lookup.
    fn above(&self, py: Python<'_>, inner: &Self) -> Self {
        let wanted = stack(self.lookup.wanted(), inner.lookup.wanted());
        let default = |one: &Wanted| self.default_of(one).or_else(|| inner.default_of(one));
        let defaults = wanted.iter().map(default).collect();
        Self::new(py, wanted, defaults)
    }

    /// Raises where the entry names cannot go onto one context.
    fn check_for_context(&self, py: Python<'_>) -> PyResult<()> {
        check_for_context(self.lookup.wanted()).map_err(|error| raised(py, &error))
    }

    /// Puts every entry onto the context, fetching those that are missing or stale.
    ///
    /// A subscript, because Python calls it without a bound method, a vector of arguments or a check of types: a fifth of
    /// what a hit costs.
    fn __getitem__(&self, context: &Bound<'_, PyAny>) -> PyResult<()> {
        if self.inject_hits(context)? {
            return Ok(());
        }
        let py = context.py();
        let entries = self.fetch_all(py, None, remaining(context))?;
        self.put_on(context, &self.objects(py, &entries)?)
    }

    /// Puts every entry onto the context if all are fresh; says whether they were.
    fn inject_hits(&self, context: &Bound<'_, PyAny>) -> PyResult<bool> {
        if context.is_none() {
            return refuse_none(context.py());
        }
        let put_all = |entries: &[Arc<Entry<Cached>>]| {
            let mut pairs = self.places.iter().zip(entries);
            pairs.try_for_each(|((name, default), entry)| {
                with_object(context.py(), &entry.value, default, |value| put(context, name, value))
            })
        };
        match self.lookup.read(state::cache_id(), put_all) {
            Ok(Some(put)) => put.map(|()| true),
            Ok(None) | Err(NotBound) => Ok(false),
        }
    }

    /// The values of all entries, fetched where needed; `cancel` ends it from another thread.
    #[pyo3(signature = (cancel, context=None))]
    fn fetch<'py>(
        &self,
        py: Python<'py>,
        cancel: &Cancel,
        context: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let entries = self.fetch_all(py, Some(cancel), context.and_then(remaining))?;
        PyTuple::new(py, self.objects(py, &entries)?)
    }

    /// Puts what `fetch` returned onto the context.
    fn inject_fetched(&self, context: &Bound<'_, PyAny>, values: &Bound<'_, PyTuple>) -> PyResult<()> {
        self.put_on(context, &values.iter().collect::<Vec<_>>())
    }

    /// The first entry's value, in a tuple, if it is fresh.
    fn get_hit<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyTuple>>> {
        let (Some(wanted), Some((_, default))) = (self.lookup.wanted().first(), self.places.first()) else {
            return Ok(None);
        };
        match state::present(py)?.cache.hit(&wanted.request, wanted.policy.max_age) {
            Some(entry) => Ok(Some(PyTuple::new(py, [object(py, &entry.value, default)?])?)),
            None => Ok(None),
        }
    }

    /// The first entry's value, fetched unless it is fresh.
    fn get<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        if let Some(hit) = self.get_hit(py)? {
            return hit.get_item(0);
        }
        let entries = self.fetch_all(py, None, None)?;
        let objects = self.objects(py, &entries)?;
        Ok(objects.into_iter().next().unwrap_or_else(|| py.None().into_bound(py)))
    }
}

impl Lookup {
    fn new(py: Python<'_>, wanted: Vec<Wanted>, defaults: Vec<DefaultObject>) -> Self {
        let names = wanted.iter().map(|one| PyString::intern(py, &one.entry_name).unbind());
        Self { places: names.zip(defaults).collect(), lookup: lookup::Lookup::new(wanted) }
    }

    fn one(
        py: Python<'_>,
        request: Result<Request, Error>,
        (max_age_in_seconds, stale_if_error_in_seconds): (&Bound<'_, PyAny>, &Bound<'_, PyAny>),
        entry_name: Option<String>,
        default: DefaultObject,
    ) -> PyResult<Self> {
        let policy = arguments::policy(max_age_in_seconds, stale_if_error_in_seconds)?;
        let wanted = request.and_then(|request| Wanted::new(request, policy, entry_name));
        Ok(Self::new(py, vec![wanted.map_err(|error| raised(py, &error))?], vec![default]))
    }

    /// The default that goes with an entry, if this lookup wants it and has one.
    fn default_of(&self, wanted: &Wanted) -> DefaultObject {
        let is_it = |one: &Wanted| one.entry_name == wanted.entry_name && one.request == wanted.request;
        let index = self.lookup.wanted().iter().position(is_it)?;
        self.places.get(index)?.1.clone()
    }

    fn objects<'py>(&self, py: Python<'py>, entries: &[Arc<Entry<Cached>>]) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let places = self.places.iter().zip(entries);
        places.map(|((_, default), entry)| object(py, &entry.value, default)).collect()
    }

    /// Fetches with the GIL released.
    fn fetch_all(
        &self,
        py: Python<'_>,
        cancel: Option<&Cancel>,
        remaining: Option<Duration>,
    ) -> PyResult<Vec<Arc<Entry<Cached>>>> {
        if CHECKING_SIGNALS.get() {
            // The interrupted fetch goes on only when the signal handler has returned: this one could wait for it.
            return refuse(py, "UnavailableError", "cannot fetch in a signal handler that interrupted a fetch");
        }
        let state = state::current(py)?;
        let fetching = self.lookup.fetch(&state.cache, remaining);
        let mut fetching = pin!(async {
            match cancel {
                None => Some(fetching.await),
                Some(cancel) => match select(pin!(fetching), pin!(cancel.cancelled())).await {
                    Either::Left((entries, _)) => Some(entries),
                    Either::Right(_) => None,
                },
            }
        });
        loop {
            let ended = py.detach(|| run(&state, fetching.as_mut()));
            match ended {
                Some(Some(served)) => {
                    let served = served.map_err(|error| raised(py, &error))?;
                    self.report_stale(py, &state, &served);
                    return Ok(served.into_iter().map(|served| served.entry).collect());
                }
                Some(None) => return refuse(py, "UnavailableError", "the fetch was cancelled"),
                None => check_signals(py)?,
            }
        }
    }

    /// Says in the log what is served although it could not be refreshed. `logging` is imported then and not before.
    fn report_stale(&self, py: Python<'_>, state: &State, served: &[Served<Cached>]) {
        for (wanted, served) in self.lookup.wanted().iter().zip(served) {
            let Some(error) = &served.stale else { continue };
            let clock = state.cache.clock();
            let age_seconds = clock.age(served.entry.began, clock.now()).as_nanos() / 1_000_000_000;
            let message = "serving a value of %s that is %d s old, because its refresh failed: %s";
            let logged = py
                .import("logging")
                .and_then(|logging| logging.call_method1("getLogger", ("lambda_cache",)))
                .and_then(|logger| {
                    let key = wanted.request.key().to_string();
                    logger.call_method1("warning", (message, key, age_seconds, error.to_string()))
                });
            if let Err(error) = logged {
                error.write_unraisable(py, None); // a logger that fails is no reason to have no value
            }
        }
    }

    fn put_on(&self, context: &Bound<'_, PyAny>, values: &[Bound<'_, PyAny>]) -> PyResult<()> {
        self.places.iter().zip(values).try_for_each(|((name, _), value)| put(context, name, value))
    }
}

fn put(context: &Bound<'_, PyAny>, name: &Py<PyString>, value: &Bound<'_, PyAny>) -> PyResult<()> {
    context.setattr(name.bind(context.py()), value).or_else(|error| refuse_attribute(context, name, error))
}

#[cold]
fn refuse_attribute(context: &Bound<'_, PyAny>, name: &Py<PyString>, error: PyErr) -> PyResult<()> {
    let py = context.py();
    let class = context.get_type().qualname()?;
    let message = format!(
        "cannot put {:?} on the context, a {class}, which takes no attributes: call the handler with an object that \
         does, or use get_entry inside it",
        name.bind(py).to_str()?
    );
    let refused = crate::error::make(py, "ContextError", &message, None)?;
    refused.set_cause(py, Some(error));
    Err(refused)
}

#[cold]
fn refuse_none<T>(py: Python<'_>) -> PyResult<T> {
    let message = "the handler was called without a context, so there is nothing to put the entry on: call it with one, \
                   or use get_entry inside it";
    refuse(py, "ContextError", message)
}

thread_local! {
    static CHECKING_SIGNALS: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Runs the handlers of signals that came.
fn check_signals(py: Python<'_>) -> PyResult<()> {
    CHECKING_SIGNALS.set(true);
    let checked = py.check_signals();
    CHECKING_SIGNALS.set(false);
    checked
}

/// Runs a future until it ends, or until it is time to look for signals.
fn run<F: Future>(state: &State, future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    state.runtime().block_on(async { tokio::time::timeout(SIGNAL_CHECK, future).await.ok() })
}

/// The time that the invocation has left, where the context can say.
fn remaining(context: &Bound<'_, PyAny>) -> Option<Duration> {
    let milliseconds = context.call_method0("get_remaining_time_in_millis").ok()?;
    let is_number = milliseconds.is_instance_of::<PyInt>() || milliseconds.is_instance_of::<PyFloat>();
    if !is_number || milliseconds.is_instance_of::<PyBool>() {
        return None;
    }
    Duration::try_from_secs_f64(milliseconds.extract::<f64>().ok()? / 1_000.0).ok()
}
