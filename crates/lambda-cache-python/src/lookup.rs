//! A lookup of all entries of one handler, or of the one entry of a `get_entry`.

use std::{
    borrow::Cow,
    path::PathBuf,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use lambda_cache::{
    __binding::{
        engine::Entry,
        lookup::{self, EntrySpec, UnknownCache, check_for_context, stack},
        source::{
            self, Request,
            s3::{Object, ObjectOptions},
            secrets_manager::{Secret, Version},
            ssm::Parameters,
        },
    },
    Cached, Error, Value,
};
use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyString, PyTuple},
};
use python_guard::guarded;

use crate::{
    arguments::{self, Names},
    context::{self, put, refuse_none, remaining},
    custom,
    error::{raised, refuse},
    fetch::{Cancel, fetch, fetch_beside_greenlets},
    object::{Shape, object, with_object},
    state,
    transform::{NoObject, Transform},
};

/// Entries that are looked up together: read from the cache or fetched at the same time, and set on a context.
#[pyclass(frozen, module = "lambda_cache._native")]
#[derive(Debug)]
pub(crate) struct Lookup {
    entries: lookup::Lookup,
    /// The attribute and the shape of each entry.
    places: Vec<Place>,
    /// The reason why these entries cannot be looked up together.
    refused: Option<String>,
    /// The address of the context type that was last found to accept these entries.
    fits: AtomicUsize,
    /// The arguments of each decorator that it was made from, for pickling.
    recipe: OnceLock<Py<PyTuple>>,
}

/// The attribute for an entry.
#[derive(Debug)]
struct Place {
    /// The name of the context's attribute.
    name: Py<PyString>,
    /// The shape of the value, if it is not used as it is.
    shape: Option<Arc<Shape>>,
}

/// The options of every entry: `max_age_in_seconds`, `entry_name`, `stale_if_error_in_seconds`, `transform`.
type How<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>);

/// An entry's name, its description, and its permissions as actions and ARNs.
type Described = (String, String, Vec<(&'static str, String)>);

/// A value, the names of missing parameters that have a default, and the file.
type Examined<'py> = (Bound<'py, PyAny>, Vec<String>, Option<PathBuf>);

#[guarded]
#[pymethods]
impl Lookup {
    /// Creates a lookup of one parameter, a list of parameters as one entry, or all parameters below a path as one
    /// entry.
    #[staticmethod]
    fn ssm(
        parameter: &Bound<'_, PyAny>,
        path: &Bound<'_, PyAny>,
        recursive: &Bound<'_, PyAny>,
        default: &Bound<'_, PyAny>,
        default_on_transform_error: &Bound<'_, PyAny>,
        how: How<'_>,
    ) -> PyResult<Self> {
        let entry_name = arguments::entry_name(&how.1)?;
        let request = if path.is_none() && parameter.is_none() {
            let expected = "a str, such as '/app/var', or a path must be given, such as path='/app'";
            return arguments::refuse_none("parameter", expected, parameter.py());
        } else if path.is_none() {
            match arguments::names("parameter", parameter, entry_name.is_some())? {
                Names::One(name) => Parameters::one(name),
                Names::Several(names) => Parameters::list(&names),
            }
        } else if parameter.is_none() {
            let path = arguments::name("path", path, entry_name.is_some())?;
            Parameters::path(&path, arguments::flag("recursive", recursive)?)
        } else {
            let message = "parameter and path are two entries: stack two decorators, they are fetched at the same time";
            return refuse(parameter.py(), "ArgumentValueError", message);
        };
        let py = parameter.py();
        let default =
            Some(default).filter(|default| !default.is(py.Ellipsis())).map(|default| default.clone().unbind());
        let request = request.map(|parameters| match default {
            Some(_) => Request::Parameters(parameters.optional()),
            None => Request::Parameters(parameters),
        });
        let is_lenient = arguments::flag("default_on_transform_error", default_on_transform_error)?;
        if is_lenient && (default.is_none() || how.3.is_none()) {
            let message = "default_on_transform_error says that the default takes the place of what the transform cannot \
                           read: pass default and transform, or leave it out";
            return refuse(py, "ArgumentValueError", message);
        }
        Self::one(py, request, entry_name, default, is_lenient, how)
    }

    /// Creates a lookup of one secret, or of a list of secrets as one entry.
    #[staticmethod]
    fn secrets_manager(
        name: &Bound<'_, PyAny>,
        version_stage: &Bound<'_, PyAny>,
        version_id: &Bound<'_, PyAny>,
        rotation_aware: &Bound<'_, PyAny>,
        how: How<'_>,
    ) -> PyResult<Self> {
        let entry_name = arguments::entry_name(&how.1)?;
        let version = Version {
            stage: arguments::text_or_none("version_stage", version_stage)?,
            id: arguments::text_or_none("version_id", version_id)?,
        };
        let secret = match arguments::names("name", name, entry_name.is_some())? {
            Names::One(name) => Secret::new(name, version),
            Names::Several(names) => Secret::list(&names, version),
        };
        let is_rotation_aware = arguments::flag("rotation_aware", rotation_aware)?;
        let secret = secret.map(|secret| if is_rotation_aware { secret.rotation_aware() } else { secret });
        Self::one(name.py(), secret.map(Request::Secret), entry_name, None, false, how)
    }

    /// Creates a lookup of one object, in its newest version or a given one.
    #[staticmethod]
    #[pyo3(name = "s3")]
    fn s3(
        uri: &Bound<'_, PyAny>,
        check_before_download: &Bound<'_, PyAny>,
        file_name: &Bound<'_, PyAny>,
        version_id: &Bound<'_, PyAny>,
        how: How<'_>,
    ) -> PyResult<Self> {
        let entry_name = arguments::entry_name(&how.1)?;
        let name = arguments::name("s3Uri", uri, entry_name.is_some())?;
        let (file_name, version_id) =
            (arguments::text_or_none("file_name", file_name)?, arguments::text_or_none("version_id", version_id)?);
        let options = ObjectOptions {
            entry_name: entry_name.as_deref(),
            file_name: file_name.as_deref(),
            version_id: version_id.as_deref(),
            check_before_download: arguments::flag("check_before_download", check_before_download)?,
        };
        let object = Object::new(&name, options);
        Self::one(uri.py(), object.map(Request::Object), entry_name, None, false, how)
    }

    /// Creates a lookup of a custom entry. `start` starts its fetch, and `fetched_by` distinguishes entries with the
    /// same name.
    #[staticmethod]
    fn custom(start: &Bound<'_, PyAny>, name: String, fetched_by: String, how: How<'_>) -> PyResult<Self> {
        let entry_name = arguments::entry_name(&how.1)?;
        let custom = custom::custom(name, fetched_by, start.clone().unbind());
        Self::one(start.py(), Ok(Request::Custom(custom)), entry_name, None, false, how)
    }

    /// Combines this lookup's entries and those of `inner` into one lookup.
    fn above(&self, py: Python<'_>, inner: &Self) -> PyResult<Self> {
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

    /// Remembers the arguments of each decorator.
    fn remember(&self, recipe: Bound<'_, PyTuple>) -> PyResult<()> {
        let _ = self.recipe.set(recipe.unbind()); // the first one counts
        Ok(())
    }

    /// Pickles the lookup as the arguments that it was made from.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyTuple>,))> {
        let Some(recipe) = self.recipe.get() else {
            return Err(PyTypeError::new_err("cannot pickle a lookup that no decorator made"));
        };
        Ok((py.import("lambda_cache._pickling")?.getattr("lookup")?, (recipe.bind(py).clone(),)))
    }

    /// Returns the name, the description and the permissions of each entry. A permission is an action and an ARN.
    fn described(&self, partition: &str, region: &str, account: &str) -> PyResult<Vec<Described>> {
        let place = source::Place { partition, region, account };
        let permissions = |request: &Request| {
            let all = request.permissions(place).into_iter();
            all.map(|permission| (permission.action, permission.resource)).collect()
        };
        let describe =
            |one: &EntrySpec| (one.entry_name.to_string(), one.request.description(), permissions(&one.request));
        Ok(self.entries.wanted().iter().map(describe).collect())
    }

    /// Returns a separate lookup for each entry.
    fn each(&self, py: Python<'_>) -> PyResult<Vec<Self>> {
        let all = self.entries.wanted().iter().zip(&self.places);
        Ok(all.map(|(one, place)| Self::new(py, vec![one.clone()], vec![place.shape.clone()])).collect())
    }

    /// Returns the value of each entry, the names of missing parameters that have a default, and the file if there is
    /// one.
    fn examine<'py>(&self, py: Python<'py>, cancel: &Cancel) -> PyResult<Vec<Examined<'py>>> {
        let entries = fetch(py, &self.entries, Some(cancel), None, false)?;
        let objects = self.objects(py, &entries)?;
        let all = entries.iter().zip(objects).zip(self.entries.wanted());
        let examine = |((entry, object), one): ((&Arc<Entry<Cached>>, _), &EntrySpec)| {
            let value = entry.value.value();
            let file = if let Value::File(file) = value { Some(file.path().to_path_buf()) } else { None };
            (object, missing(value, one), file)
        };
        Ok(all.map(examine).collect())
    }

    /// Raises an exception if the entry names cannot be set on one context.
    fn check_for_context(&self, py: Python<'_>) -> PyResult<()> {
        if let Some(message) = &self.refused {
            return refuse(py, "ArgumentValueError", message);
        }
        check_for_context(self.entries.wanted()).map_err(|error| raised(py, &error))
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

    /// Removes every entry, in all versions and under every name.
    fn invalidate(&self, py: Python<'_>) -> PyResult<()> {
        let state = state::present(py)?;
        py.detach(|| self.entries.wanted().iter().for_each(|one| state.cache.invalidate_alike(&one.request)));
        Ok(())
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
        let py = slf.py();
        if let Some(hit) = slf.get().read_first(py)? {
            return Ok(hit);
        }
        let objects = Self::fetch_objects(slf, None, false)?;
        Ok(objects.into_iter().next().unwrap_or_else(|| py.None().into_bound(py)))
    }
}

impl Lookup {
    /// Sets every entry on the context if all are fresh. Returns whether they were.
    #[inline]
    fn read(&self, context: &Bound<'_, PyAny>) -> PyResult<bool> {
        if context.is_none() {
            return refuse_none(context.py());
        }
        if context.get_type_ptr().addr() != self.fits.load(Ordering::Relaxed) {
            self.check(context)?;
        }
        let put_all = |entries: &[Arc<Entry<Cached>>]| {
            let mut pairs = self.places.iter().zip(entries).enumerate();
            pairs.try_for_each(|(index, (Place { name, shape }, entry))| {
                let put = |value: &Bound<'_, PyAny>| put(context, name, value);
                with_object(context.py(), &entry.value, shape.as_deref(), put).map_err(|trouble| (index, trouble))
            })
        };
        match self.entries.read(state::cache_id(), put_all) {
            Ok(Some(put)) => put.map(|()| true).map_err(|(index, trouble)| self.raised(context.py(), index, trouble)),
            Ok(None) | Err(UnknownCache) => Ok(false),
        }
    }

    /// Returns the first entry's value, if it is fresh.
    fn read_first<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let (Some(wanted), Some(place)) = (self.entries.wanted().first(), self.places.first()) else {
            return Ok(None);
        };
        let Some(entry) = state::present(py)?.cache.hit(&wanted.request, wanted.ages) else { return Ok(None) };
        object(py, &entry.value, place.shape.as_deref()).map(Some).map_err(|trouble| self.raised(py, 0, trouble))
    }

    /// Fetches the entries in this thread, or in another one if this thread has other greenlets, which then continue.
    fn fetch_objects<'py>(
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
    fn fetch_onto(slf: &Bound<'_, Self>, context: &Bound<'_, PyAny>, is_refresh: bool) -> PyResult<()> {
        slf.get().put_on(context, &Self::fetch_objects(slf, Some(context), is_refresh)?)
    }

    fn new(py: Python<'_>, wanted: Vec<EntrySpec>, shapes: Vec<Option<Arc<Shape>>>) -> Self {
        let names = wanted.iter().map(|one| PyString::intern(py, &one.entry_name).unbind());
        let places = names.zip(shapes).map(|(name, shape)| Place { name, shape }).collect();
        Self {
            places,
            entries: lookup::Lookup::new(wanted),
            refused: None,
            fits: AtomicUsize::new(0),
            recipe: OnceLock::new(),
        }
    }

    fn one(
        py: Python<'_>,
        request: Result<Request, Error>,
        entry_name: Option<String>,
        default: Option<Py<PyAny>>,
        is_lenient: bool,
        (max_age_in_seconds, _, stale_if_error_in_seconds, transform): How<'_>,
    ) -> PyResult<Self> {
        let ages = arguments::ages(&max_age_in_seconds, &stale_if_error_in_seconds)?;
        let transform = match (arguments::transform(&transform)?, &default) {
            (Some(transform), Some(default)) if is_lenient => {
                Some(Arc::new(Transform::OrDefault { transform, default: default.clone_ref(py) }))
            }
            (transform, _) => transform,
        };
        let request = request.map_err(|error| raised(py, &error))?;
        let shape = (transform.is_some() || default.is_some()).then(|| {
            let name = request.own_name();
            Arc::new(Shape { transform, name, default })
        });
        let wanted = EntrySpec::new(request, ages, entry_name.map(Cow::from)).map_err(|error| raised(py, &error))?;
        Ok(Self::new(py, vec![wanted], vec![shape]))
    }

    /// Rejects a context that already has attributes with these names.
    #[cold]
    fn check(&self, context: &Bound<'_, PyAny>) -> PyResult<()> {
        if context::check(context, self.places.iter().map(|place| &place.name))? {
            self.fits.store(context.get_type_ptr().addr(), Ordering::Relaxed);
        }
        Ok(())
    }

    /// Returns the attribute for an entry of this lookup.
    fn place_of(&self, wanted: &EntrySpec) -> Option<&Place> {
        let is_it = |one: &EntrySpec| one.entry_name == wanted.entry_name && one.request == wanted.request;
        self.places.get(self.entries.wanted().iter().position(is_it)?)
    }

    fn objects<'py>(&self, py: Python<'py>, entries: &[Arc<Entry<Cached>>]) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let places = self.places.iter().zip(entries).enumerate();
        let object = |(index, (place, entry)): (usize, (&Place, &Arc<Entry<Cached>>))| {
            object(py, &entry.value, place.shape.as_deref()).map_err(|trouble| self.raised(py, index, trouble))
        };
        places.map(object).collect()
    }

    /// Returns the exception for an entry whose value cannot be converted. Errors are never cached, so the next call
    /// fetches.
    fn raised(&self, py: Python<'_>, index: usize, trouble: NoObject) -> PyErr {
        let (NoObject::Unfit(misfit), Some(wanted)) = (&trouble, self.entries.wanted().get(index)) else {
            return trouble.into();
        };
        match state::present(py) {
            Ok(state) => py.detach(|| state.cache.forget(&wanted.request)),
            Err(error) => return error,
        }
        raised(py, &wanted.request.conversion_failure(misfit))
    }

    fn put_on(&self, context: &Bound<'_, PyAny>, values: &[Bound<'_, PyAny>]) -> PyResult<()> {
        self.places.iter().zip(values).try_for_each(|(place, value)| put(context, &place.name, value))
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

/// Returns the names of missing optional parameters.
fn missing(value: &Value, wanted: &EntrySpec) -> Vec<String> {
    match value {
        Value::Nothing => vec![wanted.request.own_name()],
        Value::Group(values) if values.is_empty() => vec![wanted.request.own_name()],
        Value::Group(values) => {
            values.iter().filter(|(_, value)| *value == Value::Nothing).map(|(name, _)| name.clone()).collect()
        }
        _ => Vec::new(),
    }
}
