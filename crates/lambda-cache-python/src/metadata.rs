//! Python objects for the descriptions that AWS returns with values.

use lambda_cache::{Cached, Metadata, Value};
use pyo3::{prelude::*, types::PyDict};

use crate::fork;

/// Returns the object and its description as a `WithMetadata`. A missing value has no description, and several values
/// have a dict of descriptions by the keys of the values.
pub(crate) fn beside<'py>(object: &Bound<'py, PyAny>, cached: &Cached) -> PyResult<Bound<'py, PyAny>> {
    let py = object.py();
    let classes = fork::import(py, "lambda_cache.metadata")?;
    let metadata = match (cached.value(), cached.metadata()) {
        (Value::Group(values), Some(Metadata::Group(all))) => {
            let by_key = PyDict::new(py);
            for ((key, _), metadata) in values.iter().zip(all.iter()) {
                if let Some(metadata) = metadata {
                    by_key.set_item(key, described(&classes, metadata)?)?;
                }
            }
            by_key.into_any()
        }
        (_, Some(metadata)) => described(&classes, metadata)?,
        (_, None) => py.None().into_bound(py),
    };
    classes.getattr("WithMetadata")?.call1((object, metadata))
}

fn described<'py>(classes: &Bound<'py, PyModule>, metadata: &Metadata) -> PyResult<Bound<'py, PyAny>> {
    match metadata {
        Metadata::Parameter(one) => classes.getattr("ParameterMetadata")?.call1((
            &one.name,
            &one.arn,
            one.version,
            &one.r#type,
            &one.data_type,
            one.last_modified,
            &one.selector,
        )),
        Metadata::Secret(one) => {
            let version_stages = one.version_stages.clone();
            let fields = (&one.name, &one.arn, &one.version_id, version_stages, one.created);
            classes.getattr("SecretMetadata")?.call1(fields)
        }
        _ => Ok(classes.py().None().into_bound(classes.py())),
    }
}
