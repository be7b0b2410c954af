//! A lookup of all entries of one handler, or of the one entry of a `get_entry`, as Python calls it.

mod described;
pub(crate) mod invalidate;
mod options;
mod requests;
mod stacked;
mod values;

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock, atomic::AtomicUsize},
};

use lambda_cache::__binding::{
    lookup::{self, EntrySpec, check_for_context},
    source::{ArnScope, Request},
};
use pyo3::{
    prelude::*,
    types::{PyString, PyTuple},
};
use python_guard::guarded;

use self::{
    described::{CheckResult, EntryInfo},
    options::Options,
};
use crate::{
    arguments,
    context::remaining,
    custom,
    error::{raised, refuse},
    fetch::{Cancel, fetch},
    object::OutputSpec,
    transform::Transform,
};

/// Entries that are looked up together: read from the cache or fetched at the same time, and set on a context.
#[pyclass(frozen, module = "lambda_cache._native")]
#[derive(Debug)]
pub(crate) struct Lookup {
    entries: lookup::Lookup,
    /// The attribute for each entry, and the form of its value.
    targets: Vec<Target>,
    /// The reason why these entries cannot be looked up together.
    refused: Option<String>,
    /// The address of the context type that was last found to accept these entries.
    accepted_type: AtomicUsize,
    /// The arguments of each decorator that it was made from, for pickling.
    recipe: OnceLock<Py<PyTuple>>,
}

/// The attribute for an entry.
#[derive(Debug)]
struct Target {
    /// The name of the context's attribute.
    name: Py<PyString>,
    /// The form of the value, if it is not used as it is.
    output: Option<Arc<OutputSpec>>,
}

#[guarded]
#[pymethods]
impl Lookup {
    /// Creates a lookup of one parameter, a list of parameters as one entry, or all parameters below a path as one
    /// entry.
    #[staticmethod]
    #[expect(clippy::too_many_arguments, reason = "a call by position is the cheapest that Python has")]
    fn ssm(
        parameter: &Bound<'_, PyAny>,
        path: &Bound<'_, PyAny>,
        recursive: &Bound<'_, PyAny>,
        default: &Bound<'_, PyAny>,
        default_on_transform_error: &Bound<'_, PyAny>,
        max_age_in_seconds: &Bound<'_, PyAny>,
        entry_name: &Bound<'_, PyAny>,
        stale_if_error_in_seconds: &Bound<'_, PyAny>,
        transform: &Bound<'_, PyAny>,
        with_metadata: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let py = parameter.py();
        let mut options = Options::read(max_age_in_seconds, entry_name, stale_if_error_in_seconds, transform)?
            .with_metadata(with_metadata)?;
        let parameters = requests::parameters(parameter, path, recursive, options.entry_name.is_some())?;
        let default = (!default.is(py.Ellipsis())).then(|| default.clone().unbind());
        if arguments::flag("default_on_transform_error", default_on_transform_error)? {
            let (Some(transform), Some(default)) = (options.transform, &default) else {
                let message = "default_on_transform_error says that the default takes the place of what the transform \
                               cannot read: pass default and transform, or leave it out";
                return refuse(py, "ArgumentValueError", message);
            };
            options.transform = Some(Arc::new(Transform::OrDefault { transform, default: default.clone_ref(py) }));
        }
        let parameters = if default.is_some() { parameters.optional() } else { parameters };
        Self::one(py, Request::Parameters(parameters), default, options)
    }

    /// Creates a lookup of one secret, or of a list of secrets as one entry.
    #[staticmethod]
    #[expect(clippy::too_many_arguments, reason = "a call by position is the cheapest that Python has")]
    fn secrets_manager(
        name: &Bound<'_, PyAny>,
        version_stage: &Bound<'_, PyAny>,
        version_id: &Bound<'_, PyAny>,
        rotation_aware: &Bound<'_, PyAny>,
        max_age_in_seconds: &Bound<'_, PyAny>,
        entry_name: &Bound<'_, PyAny>,
        stale_if_error_in_seconds: &Bound<'_, PyAny>,
        transform: &Bound<'_, PyAny>,
        with_metadata: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let options = Options::read(max_age_in_seconds, entry_name, stale_if_error_in_seconds, transform)?
            .with_metadata(with_metadata)?;
        let version = requests::version(version_stage, version_id)?;
        let secret = requests::secret(name, version, options.entry_name.is_some())?;
        let is_rotation_aware = arguments::flag("rotation_aware", rotation_aware)?;
        let secret = if is_rotation_aware { secret.rotation_aware() } else { secret };
        Self::one(name.py(), Request::Secret(secret), None, options)
    }

    /// Creates a lookup of one object, in its newest version or a given one.
    #[staticmethod]
    #[pyo3(name = "s3")]
    #[expect(clippy::too_many_arguments, reason = "a call by position is the cheapest that Python has")]
    fn s3(
        uri: &Bound<'_, PyAny>,
        check_before_download: &Bound<'_, PyAny>,
        file_name: &Bound<'_, PyAny>,
        version_id: &Bound<'_, PyAny>,
        max_age_in_seconds: &Bound<'_, PyAny>,
        entry_name: &Bound<'_, PyAny>,
        stale_if_error_in_seconds: &Bound<'_, PyAny>,
        transform: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let options = Options::read(max_age_in_seconds, entry_name, stale_if_error_in_seconds, transform)?;
        let entry_name = options.entry_name.as_deref();
        let object = requests::object(uri, entry_name, file_name, version_id, check_before_download)?;
        Self::one(uri.py(), Request::Object(object), None, options)
    }

    /// Creates a lookup of a custom entry. `start` starts its fetch, and `fetched_by` distinguishes entries with the
    /// same name.
    #[staticmethod]
    fn custom(
        start: &Bound<'_, PyAny>,
        name: String,
        fetched_by: String,
        max_age_in_seconds: &Bound<'_, PyAny>,
        entry_name: &Bound<'_, PyAny>,
        stale_if_error_in_seconds: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let py = start.py();
        let no_transform = py.None().into_bound(py);
        let options = Options::read(max_age_in_seconds, entry_name, stale_if_error_in_seconds, &no_transform)?;
        let custom = custom::custom(name, fetched_by, start.clone().unbind());
        Self::one(py, Request::Custom(custom), None, options)
    }

    /// Combines this lookup's entries and those of `inner` into one lookup.
    fn above(&self, py: Python<'_>, inner: &Self) -> PyResult<Self> {
        self.stacked(py, inner)
    }

    /// Remembers the arguments of each decorator.
    fn remember(&self, recipe: Bound<'_, PyTuple>) -> PyResult<()> {
        let _ = self.recipe.set(recipe.unbind()); // the first one counts
        Ok(())
    }

    /// Pickles the lookup as the arguments that it was made from.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyTuple>,))> {
        self.reduced(py)
    }

    /// Returns the name, the description and the permissions of each entry. A permission is an action and an ARN.
    fn described(&self, partition: &str, region: &str, account: &str) -> PyResult<Vec<EntryInfo>> {
        Ok(self.describe(ArnScope { partition, region, account }))
    }

    /// Returns a separate lookup for each entry.
    fn each(&self, py: Python<'_>) -> PyResult<Vec<Self>> {
        let all = self.entries.specs().iter().zip(&self.targets);
        Ok(all.map(|(one, target)| Self::new(py, vec![one.clone()], vec![target.output.clone()])).collect())
    }

    /// Returns the value of each entry, the names of missing parameters that have a default, and the file if there is
    /// one.
    fn examine<'py>(&self, py: Python<'py>, cancel: &Cancel) -> PyResult<Vec<CheckResult<'py>>> {
        self.examined(py, cancel)
    }

    /// Raises an exception if the entry names cannot be set on one context.
    fn check_for_context(&self, py: Python<'_>) -> PyResult<()> {
        if let Some(message) = &self.refused {
            return refuse(py, "ArgumentValueError", message);
        }
        check_for_context(self.entries.specs()).map_err(|error| raised(py, &error))
    }

    /// Sets every entry on the context, fetching those that are missing or stale.
    ///
    /// It is a subscript, because Python calls that without a bound method, an argument vector or type checks, which
    /// would be a fifth of the cost of a hit.
    fn __getitem__(slf: &Bound<'_, Self>, context: &Bound<'_, PyAny>) -> PyResult<()> {
        if slf.get().read(context)? {
            return Ok(());
        }
        Self::fetch_onto(slf, context, false)
    }

    /// Fetches every entry regardless of its age and sets it on the context.
    fn refresh(slf: &Bound<'_, Self>, context: &Bound<'_, PyAny>) -> PyResult<()> {
        Self::fetch_onto(slf, context, true)
    }

    /// Sets every entry on the context if all are fresh. Returns whether they were.
    fn inject_hits(&self, context: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.read(context)
    }

    /// Returns the values of all entries, fetching where needed. `cancel` cancels the fetch from another thread.
    #[pyo3(signature = (cancel, context=None, is_refresh=false))]
    fn fetch<'py>(
        &self,
        py: Python<'py>,
        cancel: &Cancel,
        context: Option<&Bound<'py, PyAny>>,
        is_refresh: bool,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let entries = fetch(py, &self.entries, Some(cancel), context.and_then(remaining), is_refresh)?;
        PyTuple::new(py, self.objects(py, &entries)?)
    }

    /// Sets the values returned by `fetch` on the context.
    fn inject_fetched(&self, context: &Bound<'_, PyAny>, values: &Bound<'_, PyTuple>) -> PyResult<()> {
        self.put_on(context, &values.iter().collect::<Vec<_>>())
    }

    /// Returns the first entry's value in a tuple, if it is fresh.
    fn get_hit<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyTuple>>> {
        self.read_first(py)?.map(|object| PyTuple::new(py, [object])).transpose()
    }

    /// Returns the first entry's value, fetching it unless it is fresh.
    fn get<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Self::get_value(slf)
    }
}

impl Lookup {
    fn new(py: Python<'_>, specs: Vec<EntrySpec>, outputs: Vec<Option<Arc<OutputSpec>>>) -> Self {
        let names = specs.iter().map(|one| PyString::intern(py, &one.entry_name).unbind());
        let targets = names.zip(outputs).map(|(name, output)| Target { name, output }).collect();
        Self {
            targets,
            entries: lookup::Lookup::new(specs),
            refused: None,
            accepted_type: AtomicUsize::new(0),
            recipe: OnceLock::new(),
        }
    }

    fn one(py: Python<'_>, request: Request, default: Option<Py<PyAny>>, options: Options) -> PyResult<Self> {
        let Options { entry_name, ages, transform, with_metadata } = options;
        let output = (transform.is_some() || default.is_some() || with_metadata).then(|| {
            let name = request.own_name();
            Arc::new(OutputSpec { transform, name, default, with_metadata })
        });
        let spec = EntrySpec::new(request, ages, entry_name.map(Cow::from)).map_err(|error| raised(py, &error))?;
        Ok(Self::new(py, vec![spec], vec![output]))
    }
}
