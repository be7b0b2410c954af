//! The descriptions of a lookup's entries, for the commands of the package.

use std::{path::PathBuf, sync::Arc};

use lambda_cache::{
    __binding::{engine::Entry, lookup::EntrySpec, source},
    Cached, Value,
};
use pyo3::prelude::*;

use super::Lookup;
use crate::fetch::{Cancel, fetch};

/// An entry's name, its description, and its permissions as actions and ARNs.
pub(super) type EntryInfo = (String, String, Vec<(&'static str, String)>);

/// A value, the names of missing parameters that have a default, and the file.
pub(super) type CheckResult<'py> = (Bound<'py, PyAny>, Vec<String>, Option<PathBuf>);

impl Lookup {
    /// Returns the name, the description and the permissions of each entry.
    pub(super) fn describe(&self, scope: source::ArnScope<'_>) -> Vec<EntryInfo> {
        let permissions = |request: &source::Request| {
            let all = request.permissions(scope).into_iter();
            all.map(|permission| (permission.action, permission.resource)).collect()
        };
        let describe =
            |one: &EntrySpec| (one.entry_name.to_string(), one.request.description(), permissions(&one.request));
        self.entries.specs().iter().map(describe).collect()
    }

    /// Fetches the entries, and returns what each has.
    pub(super) fn examined<'py>(&self, py: Python<'py>, cancel: &Cancel) -> PyResult<Vec<CheckResult<'py>>> {
        let entries = fetch(py, &self.entries, Some(cancel), None, false)?;
        let objects = self.objects(py, &entries)?;
        let all = entries.iter().zip(objects).zip(self.entries.specs());
        let examine = |((entry, object), one): ((&Arc<Entry<Cached>>, _), &EntrySpec)| {
            let value = entry.value.value();
            let file = if let Value::File(file) = value { Some(file.path().to_path_buf()) } else { None };
            (object, missing(value, one), file)
        };
        Ok(all.map(examine).collect())
    }
}

/// Returns the names of missing optional parameters.
fn missing(value: &Value, spec: &EntrySpec) -> Vec<String> {
    match value {
        Value::Nothing => vec![spec.request.own_name()],
        Value::Group(values) if values.is_empty() => vec![spec.request.own_name()],
        Value::Group(values) => {
            values.iter().filter(|(_, value)| *value == Value::Nothing).map(|(name, _)| name.clone()).collect()
        }
        _ => Vec::new(),
    }
}
